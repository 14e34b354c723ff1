/* What the parts of `bnnc help` share. */
#ifndef CMD_HELP_H
#define CMD_HELP_H

#include "base/text.h"

/* Prints the help on a layer; false: there is none of that name. */
bool help_layer(Arena *arena, const char *topic);
/* All layers, a line each. */
void help_layers(void);

#endif
