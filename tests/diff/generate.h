/* Random .bnn files for the diff suite: layers x value sets x paddings x odd sizes. The same seed gives the same file. */
#ifndef DIFF_GENERATE_H
#define DIFF_GENERATE_H

#include "base/text.h"

#include <stdint.h>

const char *generate_model(Arena *arena, uint64_t seed);

#endif
