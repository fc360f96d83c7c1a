-- One message of 100 bytes a POST, to many topics in turn. Arguments: what their names begin with, and how many there are.
dofile("bench/turns.lua")

init = function(args)
  local body = '{"key":"k","value":{"id":12345678,"text":"' .. string.rep("x", 60) .. '"}}'
  for i = 0, tonumber(args[2]) - 1 do
    requests[i] = wrk.format("POST", "/topics/" .. args[1] .. i .. "/messages", wrk.headers, body)
  end
end
