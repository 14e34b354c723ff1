# In: what gcc -fcallgraph-info=su writes. Out: the largest sum of frames along a chain of calls from any of `roots`.
function deepest(name,    i, count, to, depth, most) {
    if (!(name in known)) {
        known[name] = 0
        count = split(calls[name], to, " ")
        for (i = 1; i <= count; i++) { depth = deepest(to[i]); if (depth > most) most = depth }
        known[name] = frame[name] + most
    }
    return known[name]
}
function field(key) { # "FILE:NAME" or "NAME"
    match($0, key ": \"[^\"]*\"")
    value = substr($0, RSTART + length(key) + 3, RLENGTH - length(key) - 4)
    sub(/^.*:/, "", value)
    return value
}
/^node:/ && match($0, /[0-9]+ bytes/) { bytes = substr($0, RSTART, RLENGTH) + 0; frame[field("title")] = bytes }
/^edge:/ { from = field("sourcename"); calls[from] = calls[from] " " field("targetname") }
END {
    count = split(roots, root, " ")
    for (i = 1; i <= count; i++) { depth = deepest(root[i]); if (depth > most) most = depth }
    print most + 0
}
