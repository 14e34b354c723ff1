/* Which tensor of a file belongs to which variable of a model: by name; else the n-th layer of a class is the n-th; else, in files that keep the
 * order of the layers, the n-th layer is the n-th. Shapes must be equal, and no variable goes without. See weights.h. */
#include "run/weights.h"

#include "base/text.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

/* "quant_dense_12/kernel": class "quant_dense", number 12, role "kernel". Layers without a number come first (Keras' zero). */
typedef struct { const char *layer; size_t layer_length, class_length; long number; const char *role; } Parts;

static Parts split_name(const char *name)
{
    const char *slash = strrchr(name, '/');
    Parts parts = { .layer = name, .layer_length = slash ? (size_t)(slash - name) : strlen(name), .role = slash ? slash + 1 : "" };
    size_t digits = 0;
    while (digits < parts.layer_length && isdigit((unsigned char)name[parts.layer_length - 1 - digits]))
        digits++;
    parts.class_length = parts.layer_length;
    if (digits && digits < 10 && parts.layer_length > digits + 1 && name[parts.layer_length - digits - 1] == '_') {
        parts.class_length -= digits + 1;
        parts.number = strtol(name + parts.layer_length - digits, NULL, 10);
    }
    return parts;
}

static bool same_class(const Parts *a, const Parts *b)
{
    return a->class_length == b->class_length && memcmp(a->layer, b->layer, a->class_length) == 0;
}

/* Layers of one side in file or model order, without repeats, then sorted: by class, then number. */
typedef VEC(Parts) Layers;

static void layers_add(Arena *arena, Layers *layers, const char *name)
{
    Parts parts = split_name(name);
    for (int i = 0; i < layers->count; i++)
        if (layers->at[i].layer_length == parts.layer_length && memcmp(layers->at[i].layer, parts.layer, parts.layer_length) == 0)
            return;
    VEC_PUSH(arena, layers, parts);
}

/* The layer at the same place among its class on the other side; NULL when the classes have different numbers of layers. */
static const Parts *counterpart(const Layers *mine, const Layers *others, const Parts *layer)
{
    int rank = 0, my_count = 0, other_count = 0;
    for (int i = 0; i < mine->count; i++) {
        my_count += same_class(&mine->at[i], layer);
        rank += same_class(&mine->at[i], layer) && mine->at[i].number < layer->number;
    }
    const Parts *found = NULL;
    for (int i = 0; i < others->count; i++) {
        int before = 0;
        other_count += same_class(&others->at[i], layer);
        for (int j = 0; j < others->count; j++)
            before += same_class(&others->at[j], layer) && others->at[j].number < others->at[i].number;
        if (same_class(&others->at[i], layer) && before == rank)
            found = &others->at[i];
    }
    return my_count == other_count ? found : NULL;
}

static const char *dims_text(Arena *arena, int rank, const int *dim)
{
    Text text = text_new(arena);
    text_add_char(&text, '(');
    for (int i = 0; i < rank; i++)
        text_printf(&text, "%s%d", i ? ", " : "", dim[i]);
    text_add(&text, rank == 1 ? ",)" : ")");
    return text.at;
}

static bool shapes_fit(const NamedTensor *tensor, const WeightSlot *slot)
{
    if (tensor->rank != slot->rank)
        return false;
    for (int i = 0; i < slot->rank; i++)
        if (tensor->dim[i] != slot->dim[i])
            return false;
    return true;
}

typedef struct {
    Arena *arena;
    const TensorFile *file;
    const char *path;
    const char **error;
    int count;
    const WeightSlot *slots;
    const NamedTensor **found;
    const WeightSlot *missing;  /* the first that the file has no name for */
} Match;

/* Only names LAYER/VARIABLE take part: deeper ones are optimizer slots, or layers of layers in a file that has no such slots. */
static bool is_variable_name(const Match *match, const char *name)
{
    const char *slash = strchr(name, '/');
    return slash && (match->file->in_layer_order || !strchr(slash + 1, '/')) && strcmp(slash, "/step") != 0;
}

static bool wanted(const Match *match, const char *name)
{
    for (int i = 0; i < match->count; i++)
        if (strcmp(match->slots[i].name, name) == 0)
            return true;
    return false;
}

static void list(Text *text, const char *name, int before)
{
    enum { LISTED = 8 };
    if (before < LISTED)
        text_printf(text, "%s'%s'", before ? ", " : "", name);
    else if (before == LISTED)
        text_add(text, ", ...");
}

static bool fail_missing(const Match *match)
{
    const WeightSlot *slot = match->missing;
    Text text = text_new(match->arena), missing = text_new(match->arena), unused = text_new(match->arena);
    int missing_count = 0, unused_count = 0;
    for (int i = 0; i < match->count; i++)
        if (!tensor_file_find(match->file, match->slots[i].name) && !match->slots[i].optional)
            list(&missing, match->slots[i].name, missing_count++);
    for (int i = 0; i < match->file->tensors.count; i++)
        if (is_variable_name(match, match->file->tensors.at[i].name) && !wanted(match, match->file->tensors.at[i].name))
            list(&unused, match->file->tensors.at[i].name, unused_count++);
    text_printf(&text, "%s: holds no '%s' %s, and its layers do not correspond one to one to the model's either", match->path, slot->name,
                dims_text(match->arena, slot->rank, slot->dim));
    text_printf(&text, "; the file lacks %s; the model has no place for %s", missing.at, unused_count ? unused.at : "nothing else");
    if (text_ends_with(slot->name, "/bias"))
        text_add(&text, "; a layer without a bias has use_bias=False");
    *match->error = text.at;
    return false;
}

static bool check_shape(const Match *match, const NamedTensor *tensor, const WeightSlot *slot)
{
    if (shapes_fit(tensor, slot))
        return true;
    *match->error = arena_printf(match->arena, "%s: '%s' has shape %s, the model's '%s' has %s", match->path, tensor->name,
                                 dims_text(match->arena, tensor->rank, tensor->dim), slot->name, dims_text(match->arena, slot->rank, slot->dim));
    return false;
}

/* Returns whether every slot that must be there is. */
static bool match_names(Match *match)
{
    for (int i = 0; i < match->count; i++) {
        match->found[i] = tensor_file_find(match->file, match->slots[i].name);
        if (!match->found[i] && !match->slots[i].optional && !match->missing)
            match->missing = &match->slots[i];
    }
    return !match->missing;
}

static void collect_layers(const Match *match, Layers *mine, Layers *others)
{
    for (int i = 0; i < match->count; i++)
        if (!match->slots[i].optional && is_variable_name(match, match->slots[i].name))
            layers_add(match->arena, mine, match->slots[i].name);
    for (int i = 0; i < match->file->tensors.count; i++)
        if (is_variable_name(match, match->file->tensors.at[i].name))
            layers_add(match->arena, others, match->file->tensors.at[i].name);
}

/* The layer of the file that is at the place of `layer` in the model. */
static const Parts *same_place(const Layers *mine, const Layers *others, const Parts *layer)
{
    for (int i = 0; i < mine->count && mine->count == others->count; i++)
        if (mine->at[i].layer_length == layer->layer_length && memcmp(mine->at[i].layer, layer->layer, layer->layer_length) == 0)
            return &others->at[i];
    return NULL;
}

typedef const Parts *Pairing(const Layers *mine, const Layers *others, const Parts *layer);

static bool match_layers(Match *match, Pairing *pairing)
{
    Layers mine = { 0 }, others = { 0 };
    collect_layers(match, &mine, &others);
    for (int i = 0; i < match->count; i++) {
        Parts parts = split_name(match->slots[i].name);
        const Parts *other = pairing(&mine, &others, &parts);
        match->found[i] = other ? tensor_file_find(match->file, arena_printf(match->arena, "%.*s/%s", (int)other->layer_length, other->layer,
                                                                            parts.role))
                                : NULL;
        if (!match->found[i] && !match->slots[i].optional)
            return false;
    }
    return true;
}

static bool all_used(const Match *match)
{
    int found = 0, there = 0;
    for (int i = 0; i < match->count; i++)
        found += match->found[i] != NULL;
    for (int i = 0; i < match->file->tensors.count; i++)
        there += is_variable_name(match, match->file->tensors.at[i].name);
    return found == there;
}

static bool match_by_place(Match *match)
{
    if (match_layers(match, counterpart))
        return true;
    return match->file->in_layer_order && match_layers(match, same_place) && all_used(match);
}

static void print_mapping(const Match *match, FILE *log)
{
    for (int i = 0; i < match->count && log; i++)
        if (match->found[i])
            fprintf(log, "%s: %s -> %s\n", match->path, match->found[i]->name, match->slots[i].name);
}

/* A tensor of a layer of the model that the layer has no variable for: a bias that would be dropped without a word. */
static bool check_left_over(const Match *match)
{
    for (int i = 0; i < match->file->tensors.count; i++) {
        const char *name = match->file->tensors.at[i].name, *slash = strrchr(name, '/');
        size_t length = slash ? (size_t)(slash + 1 - name) : 0;
        for (int k = 0; k < match->count && length; k++) {
            const char *own = match->slots[k].name, *role = strrchr(own, '/');
            if (role && !match->slots[k].optional && (size_t)(role + 1 - own) == length && !memcmp(own, name, length) && !wanted(match, name)) {
                *match->error = arena_printf(match->arena, "%s: holds '%s', a variable that this layer of the model does not have", match->path, name);
                return false;
            }
        }
    }
    return true;
}

bool weights_fill(Arena *arena, const TensorFile *file, const char *path, int count, const WeightSlot *slots, FILE *log, const char **error)
{
    Match match = { .arena = arena, .file = file, .path = path, .error = error, .count = count, .slots = slots,
                    .found = ARENA_ARRAY(arena, const NamedTensor *, count + 1) };
    bool by_name = match_names(&match);
    if (by_name ? !check_left_over(&match) : !match_by_place(&match) && !fail_missing(&match))
        return false;
    for (int i = 0; i < count; i++)
        if (match.found[i] && !check_shape(&match, match.found[i], &slots[i]))
            return false;
    print_mapping(&match, by_name ? NULL : log);
    for (int i = 0; i < count; i++)
        if (match.found[i])
            memcpy(slots[i].to, match.found[i]->data, match.found[i]->count * sizeof(float));
    return true;
}
