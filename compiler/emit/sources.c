/* In: names of files inside the compiler. Out: their text; a template's with the templates it includes in place of the #include lines. */
#include "emit/internal.h"

#include "base/bug.h"
#include "base/embedded.h"

#include <string.h>

const char *runtime_text(const char *path)
{
    for (const Embedded *file = embedded_templates; file->path; file++)
        if (strcmp(file->path, path) == 0)
            return file->text;
    BUG("%s is not in the compiler", path);
}

/* p is at a line: the name between the quotes of `#include "name.c"`, else NULL. */
static const char *included_name(Arena *arena, const char *p)
{
    static const char directive[] = "#include \"";
    const char *name = p + sizeof directive - 1;
    if (strncmp(p, directive, sizeof directive - 1) != 0)
        return NULL;
    return arena_strndup(arena, name, strcspn(name, "\"\n"));
}

const char *template_text(Arena *arena, const char *name)
{
    const char *text = runtime_text(arena_printf(arena, "templates/%s", name));
    Text out = text_new(arena);
    for (const char *line = text, *end; *line; line = end) {
        end = strchr(line, '\n');
        end = end ? end + 1 : line + strlen(line);
        const char *included = included_name(arena, line);
        if (included)
            text_add(&out, template_text(arena, included));
        else
            text_add_bytes(&out, line, (size_t)(end - line));
    }
    return out.at;
}
