/* Draft: a C file in the making. Code is text; tables of constants, which may be megabytes, stand between it and stay numbers until the
 * file is finished, so that no pass over the code sees them. */
#ifndef EMIT_DRAFT_H
#define EMIT_DRAFT_H

#include "base/text.h"
#include "emit/emit.h"

typedef struct { size_t before; Table table; } PlacedTable; /* before: where in the code it stands, between two lines at the top level */
typedef struct { Text code; VEC(PlacedTable) tables; } Draft;

Draft draft_new(Arena *arena);
/* After the code so far. */
void draft_add_table(Draft *draft, const Table *table);
/* Code and tables of another draft. */
void draft_append(Draft *draft, const Draft *more);
/* The code laid out afresh; c_file_print (emit.h) puts the tables into it. */
const CFile *draft_finish(const Draft *draft);

#endif
