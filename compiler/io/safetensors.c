/* Safetensors on reading: eight bytes of header length, a JSON header {"name": {"dtype", "shape", "data_offsets"}, "__metadata__": {...}},
 * then the data. Every number in the header is checked before a byte is touched: the tensors must tile the data exactly, each as long
 * as dtype and shape say. Elements become float32. safetensors_write.c goes the other way. */
#include "io/io.h"

#include <cjson/cJSON.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { HEADER_LIMIT = 100 * 1000 * 1000 };

static uint64_t little(const unsigned char *at, int bytes)
{
    uint64_t value = 0;
    for (int i = 0; i < bytes; i++)
        value |= (uint64_t)at[i] << (8 * i);
    return value;
}

static float from_f32(uint64_t bits)
{
    uint32_t word = (uint32_t)bits;
    float value;
    memcpy(&value, &word, sizeof value);
    return value;
}

static float from_f64(uint64_t bits)
{
    double value;
    memcpy(&value, &bits, sizeof value);
    return (float)value;
}

static float from_f16(uint64_t bits)
{
    int exponent = (int)(bits >> 10 & 31), fraction = (int)(bits & 1023);
    float magnitude;
    if (exponent == 31)
        magnitude = fraction ? NAN : INFINITY;
    else
        magnitude = exponent ? ldexpf((float)(1024 + fraction), exponent - 25) : ldexpf((float)fraction, -24);
    return bits >> 15 ? -magnitude : magnitude;
}

static float from_bf16(uint64_t bits) { return from_f32(bits << 16); }
static float from_i64(uint64_t bits) { return (float)(int64_t)bits; }
static float from_i32(uint64_t bits) { return (float)(int32_t)bits; }
static float from_i16(uint64_t bits) { return (float)(int16_t)bits; }
static float from_i8(uint64_t bits) { return (float)(int8_t)bits; }
static float from_unsigned(uint64_t bits) { return (float)bits; }

typedef struct { const char *name; int bytes; float (*convert)(uint64_t bits); } ElementType;
static const ElementType element_types[] = {
    { "F32", 4, from_f32 }, { "F64", 8, from_f64 }, { "F16", 2, from_f16 }, { "BF16", 2, from_bf16 },
    { "I64", 8, from_i64 }, { "I32", 4, from_i32 }, { "I16", 2, from_i16 }, { "I8", 1, from_i8 },
    { "U64", 8, from_unsigned }, { "U32", 4, from_unsigned }, { "U16", 2, from_unsigned }, { "U8", 1, from_unsigned },
    { "BOOL", 1, from_unsigned },
};

static const ElementType *element_type_find(const char *name)
{
    for (size_t i = 0; i < sizeof element_types / sizeof *element_types; i++)
        if (strcmp(element_types[i].name, name) == 0)
            return &element_types[i];
    return NULL;
}

typedef struct { uint64_t begin, end; const char *name; } Range;

typedef struct {
    Arena *arena;
    const char *path;
    const char **error;
    const unsigned char *data;
    uint64_t data_bytes;
    TensorFile *file;
    VEC(Range) ranges;
} Reader;

static bool fail(Reader *reader, const char *name, const char *what)
{
    if (name)
        *reader->error = arena_printf(reader->arena, "%s: tensor '%s': %s", reader->path, name, what);
    else
        *reader->error = arena_printf(reader->arena, "%s: not a safetensors file: %s", reader->path, what);
    return false;
}

/* A JSON number that is a whole number below 2^53, where doubles are exact. */
static bool whole(const cJSON *item, uint64_t *out)
{
    if (!cJSON_IsNumber(item) || !(item->valuedouble >= 0 && item->valuedouble < 9007199254740992.0) ||
        item->valuedouble != floor(item->valuedouble))
        return false;
    *out = (uint64_t)item->valuedouble;
    return true;
}

static bool read_shape(Reader *reader, const cJSON *shape, NamedTensor *tensor)
{
    if (!cJSON_IsArray(shape) || cJSON_GetArraySize(shape) > 8)
        return fail(reader, tensor->name, "\"shape\" is not a list of at most 8 sizes");
    const cJSON *item;
    uint64_t count = 1;
    cJSON_ArrayForEach(item, shape) {
        uint64_t size;
        if (!whole(item, &size) || size > INT32_MAX)
            return fail(reader, tensor->name, "\"shape\" holds something that is no size");
        tensor->dim[tensor->rank++] = (int)size;
        if (__builtin_mul_overflow(count, size, &count) || count > UINT64_MAX / 16)
            return fail(reader, tensor->name, "the shape overflows");
    }
    tensor->count = (size_t)count;
    return true;
}

static bool read_offsets(Reader *reader, const cJSON *offsets, const ElementType *type, const NamedTensor *tensor, Range *range)
{
    if (!cJSON_IsArray(offsets) || cJSON_GetArraySize(offsets) != 2 || !whole(cJSON_GetArrayItem(offsets, 0), &range->begin) ||
        !whole(cJSON_GetArrayItem(offsets, 1), &range->end))
        return fail(reader, tensor->name, "\"data_offsets\" is not a pair of offsets");
    if (range->begin > range->end || range->end > reader->data_bytes)
        return fail(reader, tensor->name, "its data lies outside the file");
    if (range->end - range->begin != (uint64_t)tensor->count * (uint64_t)type->bytes)
        return fail(reader, tensor->name, "shape, dtype and length of the data do not agree");
    range->name = tensor->name;
    return true;
}

/* This machine's own floats stay where they are. */
static const float *read_values(const Reader *reader, const ElementType *type, const unsigned char *at, size_t count)
{
    const uint16_t one = 1;
    if (*(const unsigned char *)&one == 1 && strcmp(type->name, "F32") == 0 && (uintptr_t)at % sizeof(float) == 0 && count)
        return (const float *)(const void *)at;
    float *values = arena_alloc(reader->arena, (count ? count : 1) * sizeof(float));
    for (size_t i = 0; i < count; i++, at += type->bytes)
        values[i] = type->convert(little(at, type->bytes));
    return values;
}

static bool read_tensor(Reader *reader, const cJSON *entry)
{
    NamedTensor tensor = { .name = arena_strdup(reader->arena, entry->string) };
    const cJSON *dtype = cJSON_GetObjectItemCaseSensitive(entry, "dtype");
    if (!cJSON_IsString(dtype))
        return fail(reader, tensor.name, "no \"dtype\"");
    const ElementType *type = element_type_find(dtype->valuestring);
    if (!type)
        return fail(reader, tensor.name, arena_printf(reader->arena, "unknown dtype '%.20s'", dtype->valuestring));
    if (tensor_file_find(reader->file, tensor.name))
        return fail(reader, tensor.name, "is there twice");
    Range range;
    if (!read_shape(reader, cJSON_GetObjectItemCaseSensitive(entry, "shape"), &tensor) ||
        !read_offsets(reader, cJSON_GetObjectItemCaseSensitive(entry, "data_offsets"), type, &tensor, &range))
        return false;
    tensor.data = read_values(reader, type, reader->data + range.begin, tensor.count);
    VEC_PUSH(reader->arena, &reader->file->tensors, tensor);
    VEC_PUSH(reader->arena, &reader->ranges, range);
    return true;
}

static bool read_metadata(Reader *reader, const cJSON *metadata)
{
    if (!cJSON_IsObject(metadata))
        return fail(reader, NULL, "__metadata__ is not an object");
    const cJSON *item;
    cJSON_ArrayForEach(item, metadata) {
        if (!cJSON_IsString(item))
            return fail(reader, NULL, "__metadata__ holds something that is no string");
        VEC_PUSH(reader->arena, &reader->file->metadata_keys, arena_strdup(reader->arena, item->string));
        VEC_PUSH(reader->arena, &reader->file->metadata_values, arena_strdup(reader->arena, item->valuestring));
    }
    return true;
}

static int compare_ranges(const void *a, const void *b)
{
    const Range *x = a, *y = b;
    if (x->begin != y->begin)
        return x->begin < y->begin ? -1 : 1;
    return x->end < y->end ? -1 : x->end > y->end;
}

/* Sorted, each range must begin where the one before ended, and the last must end with the file. */
static bool check_tiling(Reader *reader)
{
    uint64_t at = 0;
    if (reader->ranges.count)
        qsort(reader->ranges.at, (size_t)reader->ranges.count, sizeof(Range), compare_ranges);
    for (int i = 0; i < reader->ranges.count; i++) {
        const Range *range = &reader->ranges.at[i];
        if (range->begin != at)
            return fail(reader, range->name, range->begin < at ? "its data overlaps another tensor's" : "there is a gap before its data");
        at = range->end;
    }
    return at == reader->data_bytes || fail(reader, NULL, "there is data behind the last tensor");
}

static bool read_header(Reader *reader, const char *header, uint64_t length)
{
    cJSON *root = cJSON_ParseWithLength(header, (size_t)length);
    bool good = cJSON_IsObject(root) || fail(reader, NULL, "the header is not JSON");
    const cJSON *entry;
    if (good) {
        cJSON_ArrayForEach(entry, root) {
            good = strcmp(entry->string, "__metadata__") == 0 ? read_metadata(reader, entry)
                   : cJSON_IsObject(entry)                    ? read_tensor(reader, entry)
                                                              : fail(reader, entry->string, "its header entry is not an object");
            if (!good)
                break;
        }
    }
    cJSON_Delete(root);
    return good && check_tiling(reader);
}

TensorFile *safetensors_parse(Arena *arena, const char *path, const void *bytes, size_t count, const char **error)
{
    Reader reader = { .arena = arena, .path = path, .error = error, .file = ARENA_NEW(arena, TensorFile) };
    uint64_t length = count < 8 ? 0 : little(bytes, 8);
    if (count < 8)
        return fail(&reader, NULL, "shorter than 8 bytes"), NULL;
    if (length > HEADER_LIMIT || length > count - 8)
        return fail(&reader, NULL, "the header is longer than the file"), NULL;
    reader.data = (const unsigned char *)bytes + 8 + length;
    reader.data_bytes = count - 8 - length;
    return read_header(&reader, (const char *)bytes + 8, length) ? reader.file : NULL;
}
