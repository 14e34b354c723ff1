/* One image, or a stack of them, from a file: NumPy's .npy, PGM and PPM (binary, 8 bits), or raw bytes, told apart by their first bytes. */
#include "io/io.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

typedef struct {
    Arena *arena;
    const char *path;
    const char **error;
    const unsigned char *bytes;
    size_t count;
} Input;

static Array *fail(const Input *input, const char *what)
{
    *input->error = arena_printf(input->arena, "%s: %s", input->path, what);
    return NULL;
}

/* Number of elements, 0 when it passes the bytes there are. */
static size_t elements(const Array *image, size_t limit)
{
    size_t count = 1;
    for (int i = 0; i < image->rank; i++)
        if (image->dim[i] <= 0 || __builtin_mul_overflow(count, (size_t)image->dim[i], &count) || count > limit)
            return 0;
    return count;
}

static bool pnm_number(const Input *input, size_t *at, int *out)
{
    while (*at < input->count && (isspace(input->bytes[*at]) || input->bytes[*at] == '#')) {
        if (input->bytes[*at] == '#')
            while (*at < input->count && input->bytes[*at] != '\n')
                (*at)++;
        else
            (*at)++;
    }
    size_t start = *at;
    for (*out = 0; *at < input->count && isdigit(input->bytes[*at]) && *out < 1 << 20; (*at)++)
        *out = *out * 10 + (input->bytes[*at] - '0');
    return *at > start;
}

static Array *read_pnm(const Input *input, Array *image)
{
    int width, height, most, channels = input->bytes[1] == '6' ? 3 : 1;
    size_t at = 2;
    if (!pnm_number(input, &at, &width) || !pnm_number(input, &at, &height) || !pnm_number(input, &at, &most))
        return fail(input, "its PGM or PPM header is damaged");
    if (most != 255)
        return fail(input, "only PGM and PPM files of 8 bits (maximum 255) are read");
    at++;
    image->rank = 3;
    image->dim[0] = height;
    image->dim[1] = width;
    image->dim[2] = channels;
    image->count = elements(image, input->count);
    if (image->count == 0 || at > input->count || input->count - at < image->count)
        return fail(input, "ends too early");
    image->bytes = input->bytes + at;
    return image;
}

Array *image_read(Arena *arena, const char *path, const char **error)
{
    Input input = { .arena = arena, .path = path, .error = error };
    input.bytes = (const unsigned char *)file_read(arena, path, &input.count, error);
    if (!input.bytes)
        return NULL;
    Array *image = ARENA_NEW(arena, Array);
    if (input.count > 6 && memcmp(input.bytes, "\x93NUMPY", 6) == 0)
        return npy_parse(arena, path, input.bytes, input.count, error);
    if (input.count > 3 && input.bytes[0] == 'P' && (input.bytes[1] == '5' || input.bytes[1] == '6') && isspace(input.bytes[2]))
        return read_pnm(&input, image);
    if (input.count == 0 || input.count > INT32_MAX)
        return fail(&input, "is empty or too large");
    image->rank = 1;
    image->dim[0] = (int)input.count;
    image->count = input.count;
    image->bytes = input.bytes;
    return image;
}
