/* One image, or a stack of them, from a file: NumPy's .npy (unsigned bytes, float32, float64, C order), PGM and PPM (binary, 8 bits), or
 * raw bytes, told apart by their first bytes. */
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

static ImageFile *fail(const Input *input, const char *what)
{
    *input->error = arena_printf(input->arena, "%s: %s", input->path, what);
    return NULL;
}

/* Number of elements, 0 when it passes the bytes there are. */
static size_t elements(const ImageFile *image, size_t limit)
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

static ImageFile *read_pnm(const Input *input, ImageFile *image)
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

static uint64_t little(const unsigned char *at, int bytes)
{
    uint64_t value = 0;
    for (int i = 0; i < bytes; i++)
        value |= (uint64_t)at[i] << (8 * i);
    return value;
}

static bool npy_shape(const char *header, ImageFile *image)
{
    const char *at = strstr(header, "'shape':");
    at = at ? strchr(at, '(') : NULL;
    if (!at)
        return false;
    for (at++; *at && *at != ')'; at++) {
        if (*at == ' ' || *at == ',')
            continue;
        char *end;
        long size = strtol(at, &end, 10);
        if (end == at || size < 0 || size > INT32_MAX || image->rank == 8)
            return false;
        image->dim[image->rank++] = (int)size;
        at = end - 1;
    }
    return *at == ')';
}

static void npy_reals(const Input *input, size_t at, int width, ImageFile *image)
{
    float *reals = ARENA_ARRAY(input->arena, float, image->count);
    for (size_t i = 0; i < image->count; i++) {
        uint64_t bits = little(input->bytes + at + i * (size_t)width, width);
        if (width == 8) {
            double value;
            memcpy(&value, &bits, sizeof value);
            reals[i] = (float)value;
        } else {
            uint32_t word = (uint32_t)bits;
            memcpy(&reals[i], &word, sizeof word);
        }
    }
    image->reals = reals;
}

static ImageFile *read_npy(const Input *input, ImageFile *image)
{
    int size_bytes = input->count > 6 && input->bytes[6] == 1 ? 2 : 4;
    if (input->count < 12)
        return fail(input, "its .npy header is damaged");
    uint64_t length = little(input->bytes + 8, size_bytes), at = 8 + (uint64_t)size_bytes + length;
    if (length > 1 << 16 || at > input->count)
        return fail(input, "its .npy header is damaged");
    const char *header = arena_strndup(input->arena, (const char *)input->bytes + 8 + size_bytes, (size_t)length);
    int width = strstr(header, "'|u1'") ? 1 : strstr(header, "'<f4'") ? 4 : strstr(header, "'<f8'") ? 8 : 0;
    if (!width)
        return fail(input, "only .npy arrays of uint8, float32 and float64 (little-endian) are read");
    if (strstr(header, "'fortran_order': True"))
        return fail(input, "is in Fortran order: save np.ascontiguousarray(x)");
    if (!npy_shape(header, image))
        return fail(input, "its .npy header is damaged");
    image->count = elements(image, (input->count - at) / (size_t)width);
    if (image->count == 0)
        return fail(input, "ends too early");
    if (width == 1)
        image->bytes = input->bytes + at;
    else
        npy_reals(input, (size_t)at, width, image);
    return image;
}

ImageFile *image_read(Arena *arena, const char *path, const char **error)
{
    Input input = { .arena = arena, .path = path, .error = error };
    input.bytes = (const unsigned char *)file_read(arena, path, &input.count, error);
    if (!input.bytes)
        return NULL;
    ImageFile *image = ARENA_NEW(arena, ImageFile);
    if (input.count > 6 && memcmp(input.bytes, "\x93NUMPY", 6) == 0)
        return read_npy(&input, image);
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
