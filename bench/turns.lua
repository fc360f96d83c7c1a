-- Sends "requests", which "init" fills from 0 on, one after the other and then again.
dofile("bench/result.lua")
wrk.headers["Content-Type"] = "application/json"
requests = {}
local turn = 0

request = function()
  turn = (turn + 1) % (#requests + 1)
  return requests[turn]
end
