/* NumPy's .npz: a ZIP file of .npy arrays, stored or deflated. Entries are found through the directory at the file's end. */
#include "io/io.h"

#include <string.h>
#include <zlib.h>

enum { END_BYTES = 22, ENTRY_BYTES = 46, LOCAL_BYTES = 30, DEFLATE_RATIO = 1040 };

typedef struct {
    Arena *arena;
    const char *path;
    const unsigned char *at;
    size_t count;
    const char **error;
} Zip;

static bool fail(const Zip *zip, const char *what)
{
    *zip->error = arena_printf(zip->arena, "%s: %s", zip->path, what);
    return false;
}

static uint32_t little(const unsigned char *at, int bytes)
{
    uint32_t value = 0;
    for (int i = 0; i < bytes; i++)
        value |= (uint32_t)at[i] << (8 * i);
    return value;
}

/* The end record stands last, before a comment of at most 64 KiB. */
static const unsigned char *find_end(const Zip *zip)
{
    for (size_t back = END_BYTES; back <= zip->count && back < END_BYTES + 65536; back++)
        if (memcmp(zip->at + zip->count - back, "PK\5\6", 4) == 0)
            return zip->at + zip->count - back;
    return NULL;
}

static bool inflate_entry(const Zip *zip, const unsigned char *from, uint32_t packed, unsigned char *to, uint32_t size)
{
    z_stream stream = { .next_in = (unsigned char *)from, .avail_in = packed, .next_out = to, .avail_out = size };
    if (inflateInit2(&stream, -MAX_WBITS) != Z_OK)
        return fail(zip, "zlib fails");
    int status = inflate(&stream, Z_FINISH);
    inflateEnd(&stream);
    return (status == Z_STREAM_END && stream.total_out == size) || fail(zip, "is damaged");
}

/* The bytes of the entry that the directory's record describes. */
static const unsigned char *unpack(const Zip *zip, const unsigned char *entry, uint32_t *size)
{
    uint32_t method = little(entry + 10, 2), packed = little(entry + 20, 4), offset = little(entry + 42, 4);
    *size = little(entry + 24, 4);
    if (offset > zip->count || zip->count - offset < LOCAL_BYTES || memcmp(zip->at + offset, "PK\3\4", 4) != 0)
        return fail(zip, "is damaged"), NULL;
    size_t start = (size_t)offset + LOCAL_BYTES + little(zip->at + offset + 26, 2) + little(zip->at + offset + 28, 2);
    if (start > zip->count || zip->count - start < packed || *size / DEFLATE_RATIO > packed || (method == 0 && packed != *size))
        return fail(zip, "is damaged"), NULL;
    if (method == 0)
        return zip->at + start;
    if (method != 8)
        return fail(zip, "is compressed in a way that is not read (deflate is)"), NULL;
    unsigned char *bytes = arena_alloc(zip->arena, (size_t)*size + 1);
    if (!inflate_entry(zip, zip->at + start, packed, bytes, *size))
        return NULL;
    if (crc32(0, bytes, *size) != little(entry + 16, 4))
        return fail(zip, "is damaged: a check sum is wrong"), NULL;
    return bytes;
}

static bool take_entry(const Zip *zip, const unsigned char *entry, DataSet *out)
{
    size_t length = little(entry + 28, 2);
    const char *name = arena_strndup(zip->arena, (const char *)entry + ENTRY_BYTES, length);
    uint32_t size;
    if (!text_ends_with(name, ".npy"))
        return true;
    const unsigned char *bytes = unpack(zip, entry, &size);
    const Array *array = bytes ? npy_parse(zip->arena, arena_printf(zip->arena, "%s: %s", zip->path, name), bytes, size, zip->error) : NULL;
    if (array)
        VEC_PUSH(zip->arena, &out->columns, ((Column){ arena_strndup(zip->arena, name, length - 4), array }));
    return array != NULL;
}

bool npz_read(Arena *arena, const char *path, DataSet *out, const char **error)
{
    Zip zip = { .arena = arena, .path = path, .error = error };
    zip.at = (const unsigned char *)file_read(arena, path, &zip.count, error);
    const unsigned char *end = zip.at ? find_end(&zip) : NULL;
    *out = (DataSet){ 0 };
    if (!zip.at)
        return false;
    if (!end)
        return fail(&zip, "not an .npz file");
    size_t at = little(end + 16, 4);
    for (uint32_t left = little(end + 10, 2); left > 0; left--) {
        if (at > zip.count || zip.count - at < ENTRY_BYTES || memcmp(zip.at + at, "PK\1\2", 4) != 0)
            return fail(&zip, "its directory is damaged");
        size_t size = ENTRY_BYTES + (size_t)little(zip.at + at + 28, 2) + little(zip.at + at + 30, 2) + little(zip.at + at + 32, 2);
        if (zip.count - at < size)
            return fail(&zip, "its directory is damaged");
        if (!take_entry(&zip, zip.at + at, out))
            return false;
        at += size;
    }
    return true;
}
