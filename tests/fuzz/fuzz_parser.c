/* Fuzzes lexer, parser, tree dump and messages. libFuzzer entry point; with -DREPLAY a main that replays files.
 * Any text must end in a tree without errors, or in at least one message with a position in the text. */
#include "base/bug.h"
#include "front/ast.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_messages(const Diag *diag, const Source *source)
{
    Span span;
    for (int i = 0; diag_text(diag, i, &span, NULL, NULL); i++) {
        BUG_IF(span.source != source);
        BUG_IF(span.begin > span.end || span.end > source->length);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    Arena *arena = arena_new();
    char *out = NULL;
    size_t length = 0;
    FILE *sink = open_memstream(&out, &length);
    Source *source = source_from_text(arena, "fuzz.bnn", (const char *)data, size);
    Diag *diag = diag_new(arena);
    ast_dump(parse_source(arena, source, diag), sink);
    check_messages(diag, source);
    diag_print(diag, sink);
    diag_print_json(diag, sink);
    Diag *second = diag_new(arena);
    const Node *expression = parse_expression(arena, source, second);
    BUG_IF(!expression && diag_errors(second) == 0);
    check_messages(second, source);
    if (expression)
        ast_dump(expression, sink);
    fclose(sink);
    free(out);
    arena_free(arena);
    return 0;
}
