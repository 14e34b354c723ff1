/* IDX, the format of MNIST and its kin: two zero bytes, element type (8: unsigned bytes, the only one taken), rank, big-endian sizes,
 * elements. Plain or gzipped: zlib tells by itself. */
#include "io/io.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <zlib.h>

enum { GZIP_RATIO = 1040 }; /* deflate cannot pack better than 1:1032 */

static IdxFile *fail(Arena *arena, const char **error, const char *path, const char *what)
{
    *error = arena_printf(arena, "%s: %s", path, what);
    return NULL;
}

/* Bytes read, which is less than wanted at the end of the file or after an error. */
static size_t read_bytes(gzFile in, uint8_t *at, size_t wanted)
{
    size_t done = 0;
    while (done < wanted) {
        size_t piece = wanted - done < 1u << 24 ? wanted - done : 1u << 24;
        int got = gzread(in, at + done, (unsigned)piece);
        if (got <= 0)
            break;
        done += (size_t)got;
    }
    return done;
}

static const char *read_sizes(gzFile in, IdxFile *idx, uint64_t limit)
{
    uint8_t head[4], size[4];
    if (read_bytes(in, head, 4) != 4 || head[0] || head[1])
        return "not an IDX file";
    if (head[2] != 8)
        return "an IDX file whose elements are not unsigned bytes";
    if (head[3] < 1 || head[3] > 4)
        return "an IDX file whose rank is not 1 to 4";
    uint64_t count = 1;
    for (idx->rank = 0; idx->rank < head[3]; idx->rank++) {
        if (read_bytes(in, size, 4) != 4)
            return "ends inside its header";
        uint32_t dim = (uint32_t)size[0] << 24 | (uint32_t)size[1] << 16 | (uint32_t)size[2] << 8 | size[3];
        count = dim && count > limit / dim ? limit + 1 : count * dim;
        if (dim > INT32_MAX || count > limit)
            return "its header promises more than the file can hold";
        idx->dim[idx->rank] = (int)dim;
    }
    idx->count = (size_t)count;
    return NULL;
}

static const char *read_elements(Arena *arena, gzFile in, IdxFile *idx, size_t *got)
{
    uint8_t extra;
    idx->data = arena_alloc(arena, idx->count + 1);
    *got = read_bytes(in, idx->data, idx->count);
    if (*got != idx->count)
        return arena_printf(arena, "ends too early: %zu of %zu elements are there", *got, idx->count);
    return gzread(in, &extra, 1) == 1 ? "there is data behind the last element" : NULL; /* also makes zlib check the sum at the end */
}

/* Damage that zlib notices explains anything else that looks wrong. */
static const char *read_all(Arena *arena, gzFile in, IdxFile *idx, uint64_t limit)
{
    int state = Z_OK;
    size_t got = 0;
    const char *wrong = read_sizes(in, idx, limit);
    if (!wrong)
        wrong = read_elements(arena, in, idx, &got);
    gzerror(in, &state);
    return state == Z_DATA_ERROR ? "the gzip data is damaged" : state != Z_BUF_ERROR ? wrong
           : arena_printf(arena, "the gzip data ends too early: %zu of %zu elements are there", got, idx->count);
}

IdxFile *idx_read(Arena *arena, const char *path, const char **error)
{
    struct stat status;
    if (stat(path, &status) != 0)
        return fail(arena, error, path, strerror(errno));
    gzFile in = gzopen(path, "rb");
    if (!in)
        return fail(arena, error, path, strerror(errno));
    gzbuffer(in, 1 << 17);
    IdxFile *idx = ARENA_NEW(arena, IdxFile);
    const char *wrong = read_all(arena, in, idx, (uint64_t)status.st_size * GZIP_RATIO);
    gzclose(in);
    return wrong ? fail(arena, error, path, wrong) : idx;
}
