/* Tables of constants as C text. */
#ifndef EMIT_TABLES_H
#define EMIT_TABLES_H

#include "base/text.h"
#include "plan/plan.h"

/* `BNN_CONST T name[n] = {...};`. element_bytes and is_float as in Table. */
void table_print(const Table *table, TextPut *put, void *to);

#endif
