-- One message of 100 bytes a POST, to the partitions of the topic in turn. Argument: how many partitions.
dofile("bench/turns.lua")

init = function(args)
  for partition = 0, tonumber(args[1]) - 1 do
    requests[partition] = wrk.format("POST", wrk.path, wrk.headers,
      '{"partition":' .. partition .. ',"value":{"id":12345678,"text":"' .. string.rep("x", 60) .. '"}}')
  end
end
