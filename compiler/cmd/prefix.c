/* Public prefixes of generated C: identifiers that neither C nor C++ reserves, in any version. */
#include "cmd/compilation.h"

#include <ctype.h>
#include <string.h>

static const char *const reserved[] = {
    "alignas", "alignof", "and", "and_eq", "asm", "atomic_cancel", "atomic_commit", "atomic_noexcept", "auto", "bitand", "bitor", "bool",
    "break", "case", "catch", "char", "char16_t", "char32_t", "char8_t", "class", "co_await", "co_return", "co_yield", "compl", "concept",
    "const", "const_cast", "consteval", "constexpr", "constinit", "continue", "decltype", "default", "delete", "do", "double", "dynamic_cast",
    "else", "enum", "explicit", "export", "extern", "false", "float", "for", "friend", "goto", "if", "inline", "int", "long", "mutable",
    "namespace", "new", "noexcept", "not", "not_eq", "nullptr", "operator", "or", "or_eq", "private", "protected", "public", "reflexpr",
    "register", "reinterpret_cast", "requires", "restrict", "return", "short", "signed", "sizeof", "static", "static_assert", "static_cast",
    "struct", "switch", "synchronized", "template", "this", "thread_local", "throw", "true", "try", "typedef", "typeid", "typename", "typeof",
    "union", "unsigned", "using", "virtual", "void", "volatile", "wchar_t", "while", "xor", "xor_eq", "bnn",
};

const char *prefix_refusal(Arena *arena, const char *prefix)
{
    if (!*prefix || isdigit((unsigned char)*prefix) || *prefix == '_')
        return arena_printf(arena, "'%s' cannot begin the names of the generated C", prefix);
    for (const char *at = prefix; *at; at++)
        if (!isalnum((unsigned char)*at) && *at != '_')
            return arena_printf(arena, "'%s' is no C identifier", prefix);
    if (strstr(prefix, "__"))
        return arena_printf(arena, "'%s': C++ reserves names with two underscores in a row", prefix);
    for (size_t i = 0; i < sizeof reserved / sizeof *reserved; i++)
        if (strcmp(prefix, reserved[i]) == 0)
            return arena_printf(arena, "'%s' is a reserved word", prefix);
    return NULL;
}

const char *prefix_from_stem(Arena *arena, const char *stem)
{
    char *prefix = arena_printf(arena, "%s%s", isdigit((unsigned char)*stem) ? "m" : "", stem);
    for (char *at = prefix; *at; at++)
        if (!isalnum((unsigned char)*at))
            *at = '_';
    return prefix;
}
