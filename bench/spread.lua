-- One message of 100 bytes a POST, to the partitions of the topic in turn. Argument: how many partitions.
dofile("bench/result.lua")
wrk.headers["Content-Type"] = "application/json"
local requests = {}
local turn = 0

init = function(args)
  for partition = 0, tonumber(args[1]) - 1 do
    requests[partition] = wrk.format("POST", wrk.path, wrk.headers,
      '{"partition":' .. partition .. ',"value":{"id":12345678,"text":"' .. string.rep("x", 60) .. '"}}')
  end
end

request = function()
  turn = (turn + 1) % (#requests + 1)
  return requests[turn]
end
