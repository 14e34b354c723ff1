/* Model inputs as the caller of generated code hands them over: floats, bytes, or (LEVEL) the bits of the channels in words. */
#include "graph/graph.h"

#include "base/bug.h"

#include <string.h>

enum { WORD_BITS = 32 };

static size_t words_of_pixel(const Value *input)
{
    return (size_t)(input->shape.dim[input->shape.rank - 1] + WORD_BITS - 1) / WORD_BITS;
}

size_t input_elements(const Value *input)
{
    size_t count = (size_t)shape_count(input->shape);
    if (input->element != ELEMENT_LEVEL)
        return count;
    return count / (size_t)input->shape.dim[input->shape.rank - 1] * words_of_pixel(input);
}

size_t input_element_bytes(const Value *input)
{
    return input->element == ELEMENT_U8 || input->element == ELEMENT_I8 ? 1 : 4;
}

void input_pack(const Value *input, const int32_t *levels, uint32_t *words)
{
    size_t channels = (size_t)input->shape.dim[input->shape.rank - 1], per_pixel = words_of_pixel(input), count = (size_t)shape_count(input->shape);
    BUG_IF(input->element != ELEMENT_LEVEL);
    memset(words, 0, input_elements(input) * sizeof *words);
    for (size_t i = 0; i < count; i++)
        words[i / channels * per_pixel + i % channels / WORD_BITS] |= (uint32_t)(levels[i] < 0) << (i % channels % WORD_BITS);
}

void input_unpack(const Value *input, const uint32_t *words, int32_t *levels)
{
    size_t channels = (size_t)input->shape.dim[input->shape.rank - 1], per_pixel = words_of_pixel(input), count = (size_t)shape_count(input->shape);
    BUG_IF(input->element != ELEMENT_LEVEL);
    for (size_t i = 0; i < count; i++)
        levels[i] = words[i / channels * per_pixel + i % channels / WORD_BITS] >> (i % channels % WORD_BITS) & 1 ? -1 : 1;
}
