/* Keras' weight files: what `model.save_weights("w.h5")` writes at the root, and `model.save("m.h5")` under "model_weights". A group a layer, in
 * the order of the attribute layer_names; each names its data sets in weight_names ("dense/kernel:0"). Long attributes are split into
 * layer_names0, layer_names1, ...; strings may be of fixed or of variable length. Out come tensors "dense/kernel" in the file's order.
 * The optimizer's own weights stay where they are.
 * libhdf5 is known to crash on damaged files, so it runs in a child process, which hands over safetensors. Without the library
 * (HAVE_HDF5 unset, see the Makefile) such files are refused with what to install. */
#include "io/io.h"

#include "io/isolate.h"

#include <string.h>

typedef struct { const char *path; const void *bytes; size_t count; } Image;

#ifdef HAVE_HDF5
#include <hdf5.h>

typedef struct {
    Arena *arena;
    const char **error;
    const char *path;
    TensorFile file;
} Reader;

typedef VEC(const char *) Names;

static bool fail(Reader *reader, const char *name, const char *what)
{
    *reader->error = name ? arena_printf(reader->arena, "%s: '%s': %s", reader->path, name, what)
                          : arena_printf(reader->arena, "%s: %s", reader->path, what);
    return false;
}

/* ---- attributes that are lists of strings */

static bool read_fixed(Reader *reader, hid_t attribute, hid_t type, size_t count, Names *names)
{
    size_t width = H5Tget_size(type);
    if (width == 0 || count > SIZE_MAX / 2 / width)
        return false;
    char *all = arena_alloc(reader->arena, count * width + 1);
    if (H5Aread(attribute, type, all) < 0)
        return false;
    for (size_t i = 0; i < count; i++) {
        size_t length = strnlen(all + i * width, width);
        while (length && all[i * width + length - 1] == ' ') /* padded as Fortran does */
            length--;
        VEC_PUSH(reader->arena, names, arena_strndup(reader->arena, all + i * width, length));
    }
    return true;
}

static bool read_variable(Reader *reader, hid_t attribute, hid_t type, size_t count, Names *names)
{
    hid_t memory = H5Tcopy(H5T_C_S1);
    char **all = ARENA_ARRAY(reader->arena, char *, count + 1);
    bool good = H5Tset_size(memory, H5T_VARIABLE) >= 0 && H5Tset_cset(memory, H5Tget_cset(type)) >= 0 && H5Aread(attribute, memory, all) >= 0;
    for (size_t i = 0; i < count && good; i++)
        VEC_PUSH(reader->arena, names, arena_strdup(reader->arena, all[i] ? all[i] : ""));
    H5Tclose(memory);
    return good;
}

/* An empty list is written as no floats. */
static bool read_strings(Reader *reader, hid_t group, const char *name, Names *names)
{
    hid_t attribute = H5Aopen(group, name, H5P_DEFAULT), type = H5Aget_type(attribute), space = H5Aget_space(attribute);
    hssize_t count = H5Sget_simple_extent_npoints(space);
    bool good = attribute >= 0 && type >= 0 && count >= 0 && count <= 1000000;
    if (good && count > 0)
        good = H5Tget_class(type) == H5T_STRING &&
               (H5Tis_variable_str(type) > 0 ? read_variable : read_fixed)(reader, attribute, type, (size_t)count, names);
    H5Sclose(space);
    H5Tclose(type);
    H5Aclose(attribute);
    return good || fail(reader, name, "this attribute is no list of names");
}

/* NAME, or its pieces NAME0, NAME1, ... */
static bool read_names(Reader *reader, hid_t group, const char *name, Names *names)
{
    if (H5Aexists(group, name) > 0)
        return read_strings(reader, group, name, names);
    const char *piece = arena_printf(reader->arena, "%s0", name);
    if (H5Aexists(group, piece) <= 0)
        return fail(reader, name, "this attribute is missing: not a weight file of Keras");
    for (int i = 0; H5Aexists(group, piece) > 0; piece = arena_printf(reader->arena, "%s%d", name, ++i))
        if (!read_strings(reader, group, piece, names))
            return false;
    return true;
}

/* ---- data sets */

/* Damage may claim more elements than the file could hold: deflate packs at most 1032 to 1. */
enum { MOST_PACKED = 1032 };

static bool check_storage(hid_t data, hid_t type, size_t count)
{
    return count / MOST_PACKED * H5Tget_size(type) <= (size_t)H5Dget_storage_size(data);
}

static bool read_values(Reader *reader, hid_t data, NamedTensor *tensor)
{
    hid_t type = H5Dget_type(data), space = H5Dget_space(data);
    hsize_t dim[8];
    int rank = H5Sget_simple_extent_ndims(space);
    H5T_class_t class = H5Tget_class(type);
    bool good = (class == H5T_FLOAT || class == H5T_INTEGER) && rank >= 0 && rank <= 8 && H5Sget_simple_extent_dims(space, dim, NULL) >= 0;
    tensor->rank = rank;
    tensor->count = 1;
    for (int i = 0; i < rank && good; i++) {
        good = dim[i] <= INT32_MAX && !__builtin_mul_overflow(tensor->count, (size_t)dim[i], &tensor->count) && tensor->count <= SIZE_MAX / 16;
        tensor->dim[i] = (int)dim[i];
    }
    good = good && check_storage(data, type, tensor->count);
    float *values = good ? ARENA_ARRAY(reader->arena, float, tensor->count + 1) : NULL;
    tensor->data = values;
    good = good && H5Dread(data, H5T_NATIVE_FLOAT, H5S_ALL, H5S_ALL, H5P_DEFAULT, values) >= 0;
    H5Sclose(space);
    H5Tclose(type);
    return good;
}

/* "dense/kernel:0" is dense/kernel; a bare "kernel" is the layer's; what two layers of nested models share gets the group in front. */
static const char *tensor_name(Reader *reader, const char *layer, const char *weight)
{
    const char *colon = strrchr(weight, ':'), *name;
    size_t length = colon && strspn(colon + 1, "0123456789") == strlen(colon + 1) ? (size_t)(colon - weight) : strlen(weight);
    name = arena_printf(reader->arena, "%s%s%.*s", strchr(weight, '/') ? "" : layer, strchr(weight, '/') ? "" : "/", (int)length, weight);
    return tensor_file_find(&reader->file, name) ? arena_printf(reader->arena, "%s/%s", layer, name) : name;
}

static bool read_weight(Reader *reader, hid_t group, const char *layer, const char *weight)
{
    NamedTensor tensor = { .name = tensor_name(reader, layer, weight) };
    if (tensor_file_find(&reader->file, tensor.name))
        return fail(reader, tensor.name, "is there twice");
    hid_t data = H5Dopen2(group, weight, H5P_DEFAULT);
    if (data < 0 || !read_values(reader, data, &tensor))
        return fail(reader, tensor.name, data < 0 ? "this data set is missing or damaged" : "this data set cannot be read as numbers");
    H5Dclose(data);
    VEC_PUSH(reader->arena, &reader->file.tensors, tensor);
    return true;
}

static bool read_layer(Reader *reader, hid_t root, const char *layer)
{
    hid_t group = H5Gopen2(root, layer, H5P_DEFAULT);
    if (group < 0)
        return fail(reader, layer, "the group of this layer is missing or damaged");
    Names weights = { 0 };
    bool good = read_names(reader, group, "weight_names", &weights);
    for (int i = 0; i < weights.count && good; i++)
        good = read_weight(reader, group, layer, weights.at[i]);
    H5Gclose(group);
    return good;
}

static bool read_layers(Reader *reader, hid_t root)
{
    if (H5Lexists(root, "layers", H5P_DEFAULT) > 0 || H5Lexists(root, "_layer_checkpoint_dependencies", H5P_DEFAULT) > 0)
        return fail(reader, NULL, "its variables have numbers for names (Keras writes so to names that end in .weights.h5); "
                                  "save with model.save_weights(\"w.h5\") or model.save(\"m.h5\")");
    Names layers = { 0 };
    bool good = read_names(reader, root, "layer_names", &layers);
    for (int i = 0; i < layers.count && good; i++)
        good = read_layer(reader, root, layers.at[i]);
    if (good && H5Lexists(root, "top_level_model_weights", H5P_DEFAULT) > 0)
        good = read_layer(reader, root, "top_level_model_weights");
    return good && (reader->file.tensors.count || fail(reader, NULL, "holds no weights"));
}

static bool read_image(Reader *reader, const Image *image)
{
    H5Eset_auto2(H5E_DEFAULT, NULL, NULL);
    hid_t access = H5Pcreate(H5P_FILE_ACCESS);
    H5Pset_fapl_core(access, 65536, 0);
    H5Pset_file_image(access, (void *)image->bytes, image->count);
    hid_t file = H5Fopen("/dev/null/image", H5F_ACC_RDONLY, access); /* a name of no file, else it would read that */
    if (file < 0)
        return fail(reader, NULL, "not an HDF5 file, or damaged");
    hid_t root = H5Gopen2(file, H5Lexists(file, "model_weights", H5P_DEFAULT) > 0 ? "model_weights" : "/", H5P_DEFAULT);
    return root < 0 ? fail(reader, NULL, "not an HDF5 file, or damaged") : read_layers(reader, root);
}

/* In the child, which ends after it: what is open stays open. */
static const char *read_as_safetensors(Arena *arena, const void *context, size_t *count, const char **error)
{
    const Image *image = context;
    Reader reader = { .arena = arena, .error = error, .path = image->path };
    return read_image(&reader, image) ? safetensors_bytes(arena, &reader.file, count) : NULL;
}

TensorFile *hdf5_parse(Arena *arena, const char *path, const void *bytes, size_t count, const char **error)
{
    Image image = { path, bytes, count };
    size_t length;
    const char *tensors = isolate(arena, read_as_safetensors, &image, &length, error);
    if (!tensors) {
        *error = *error ? *error : arena_printf(arena, "%s: the HDF5 library fails on this file: it is damaged", path);
        return NULL;
    }
    TensorFile *file = safetensors_parse(arena, path, tensors, length, error);
    if (file)
        file->in_layer_order = true;
    return file;
}

#else

TensorFile *hdf5_parse(Arena *arena, const char *path, const void *bytes, size_t count, const char **error)
{
    (void)bytes, (void)count;
    *error = arena_printf(arena, "%s: this bnnc was built without HDF5: install Debian's libhdf5-dev and run make again", path);
    return NULL;
}

#endif
