-- The requests of wrk, and a line of counts at the end.
--   (no arguments)           the URL of the command line, repeated
--   likes FIRST FILE         likes of random items, each by a new visitor at the next address from
--                            FIRST on; FILE has one body a line
--   dates                    /date on one day after another

local function likes(first, file)
    local number, rests = tonumber(first), {}
    for body in io.lines(file) do
        rests[#rests + 1] = "\r\nContent-Type: application/json\r\nContent-Length: "
            .. #body .. "\r\n\r\n" .. body
    end
    math.randomseed(number)
    local start = "POST /api/favorites HTTP/1.1\r\nHost: " .. wrk.host .. ":" .. wrk.port
        .. "\r\nX-Forwarded-For: "
    return function()
        number = number + 1
        local address = "10." .. math.floor(number / 65536) % 256 .. "."
            .. math.floor(number / 256) % 256 .. "." .. number % 256
        return start .. address .. rests[math.random(#rests)]
    end
end

local function dates()
    local number = 0
    return function()
        number = number + 1
        local day, month = number % 28 + 1, math.floor(number / 28) % 12 + 1
        local year = 1901 + math.floor(number / 336) % 199
        return wrk.format("GET", string.format("/date?date=%d-%02d-%02d", year, month, day))
    end
end

function init(args)
    if args[1] == "likes" then
        request = likes(args[2], args[3])
    elseif args[1] == "dates" then
        request = dates()
    end
end

function done(summary, latency)
    local errors = summary.errors
    io.write(string.format("\nmeasured %d %d %d %d %d %d %d %d %d\n",
        summary.requests, summary.duration, summary.bytes, latency:percentile(99),
        errors.status, errors.connect, errors.read, errors.write, errors.timeout))
end
