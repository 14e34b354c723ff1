/* In: a step's function and where things lie. Out: the call of it, and pointers into the workspace. */
#include "emit/internal.h"

#include "base/bug.h"

#include <string.h>

const char *workspace_member(const char *c_type)
{
    static const struct { const char *type, *member; } members[] = {{"uint32_t", "word"}, {"float", "real"}, {"int32_t", "integer"},
        {"int16_t", "level"}, {"uint8_t", "byte"}, {"int8_t", "signed_byte"}, {"uint16_t", "half"}};
    for (size_t i = 0; i < sizeof members / sizeof *members; i++)
        if (strcmp(members[i].type, c_type) == 0)
            return members[i].member;
    BUG("no workspace of %s", c_type);
}

static const char *block_pointer(Arena *arena, const char *block, const char *c_type, size_t offset)
{
    const char *member = workspace_member(c_type);
    size_t size = c_type[0] == 'f' || strstr(c_type, "32") ? 4 : strstr(c_type, "16") ? 2 : 1;
    if (offset == 0)
        return arena_printf(arena, "%s%s", block, member);
    return arena_printf(arena, "%s%s + %zu", block, member, offset / size);
}

const char *storage_pointer(Arena *arena, const Places *places, const Storage *storage)
{
    if (storage->place == PLACE_WORKSPACE)
        return block_pointer(arena, places->workspace, storage->c_type, storage->offset);
    if (storage->place == PLACE_PACKED)
        return block_pointer(arena, places->packed, storage->c_type, places->packed_offset + storage->offset);
    return places->leaf(places->context, storage);
}

static const char *argument(Arena *arena, const Step *step, const char *name, const Places *places)
{
    if (strcmp(name, "out") == 0)
        return storage_pointer(arena, places, step->output);
    if (strcmp(name, "count") == 0 || strcmp(name, "seed") == 0)
        return name;
    for (int i = 0; i < step->scratches.count; i++) {
        const Scratch *s = &step->scratches.at[i];
        if (strcmp(s->name, name) == 0)
            return block_pointer(arena, places->workspace, s->c_type, step->scratch_offset + s->offset);
    }
    int k = 0;
    for (const char *p = name + 2; *p; p++)
        k = k * 10 + (*p - '0');
    return storage_pointer(arena, places, step->inputs[k]);
}

void call_print(Text *out, Arena *arena, const Function *function, const Places *places)
{
    text_printf(out, "%s(", function->step->function);
    for (int i = 0; i < function->parameter_count; i++)
        text_printf(out, "%s%s", i ? ", " : "", argument(arena, function->step, function->parameter[i], places));
    text_add(out, ");\n");
}
