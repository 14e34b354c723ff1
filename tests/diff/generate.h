/* Random .bnn files for the diff suite: every layer, quantizer, optimizer and loss, in every shape that fits. The same seed gives the same
 * file on every machine. */
#ifndef DIFF_GENERATE_H
#define DIFF_GENERATE_H

#include "base/text.h"

#include <stdint.h>

const char *generate_model(Arena *arena, uint64_t seed);

#endif
