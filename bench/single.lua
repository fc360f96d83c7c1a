-- One message of 100 bytes a POST.
dofile("bench/result.lua")
wrk.method = "POST"
wrk.headers["Content-Type"] = "application/json"
wrk.body = '{"key":"k","value":{"id":12345678,"text":"' .. string.rep("x", 60) .. '"}}'
