/* Notebook: the code cells of a Jupyter notebook as one Source. */
#ifndef FRONT_NOTEBOOK_H
#define FRONT_NOTEBOOK_H

#include "front/source.h"

/* In: the text of an .ipynb file (version 3 or 4). Lines of the shell and of IPython (`!`, `%`, `?`) become comments. Code cells are
 * numbered from 1 and follow each other; cell_of_line and line_in_cell are indexed by line - 1. NULL and *error when it is no notebook. */
Source *source_from_notebook(Arena *arena, const char *name, const char *json, size_t length, const char **error);

#endif
