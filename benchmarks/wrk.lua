-- The requests of wrk, and its counts at the end. Arguments:
--   FILE          requests that NUL separates, sent one after the other; or - for the URL's
--   MILLISECONDS  between a response and the next request of its connection
--   count         optional: count the statuses, too; this takes time

local threads = {}
statuses = {}

function setup(thread)
    threads[#threads + 1] = thread
end

function init(args)
    if args[1] ~= "-" then
        local requests, number = {}, 0
        for one in io.open(args[1], "rb"):read("*a"):gmatch("[^%z]+") do
            requests[#requests + 1] = one
        end
        request = function()
            number = number % #requests + 1
            return requests[number]
        end
    end
    if tonumber(args[2]) > 0 then
        delay = function() return tonumber(args[2]) end
    end
    if args[3] then
        response = function(status, headers)
            if status == 503 and not (headers["Retry-After"] or headers["retry-after"]) then
                status = "503 without Retry-After"
            end
            statuses[status] = (statuses[status] or 0) + 1
        end
    end
end

function done(summary, latency)
    local errors, counts = summary.errors, threads[1]:get("statuses")
    counts.responses, counts.us, counts.bytes = summary.requests, summary.duration, summary.bytes
    counts.p99_us, counts.slowest_us = latency:percentile(99), latency.max
    counts["error status"] = errors.status
    counts["no response"] = errors.connect + errors.read + errors.write + errors.timeout
    for name, count in pairs(counts) do
        io.write(string.format("counted %d %s\n", count, name))
    end
end
