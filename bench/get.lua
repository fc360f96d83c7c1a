-- The same GET again and again.
dofile("bench/result.lua")
