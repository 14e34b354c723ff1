/* Modules: which paths are ours under which spellings, and what an attribute of one is: an object, a module, an unknown, or an error that
 * lists the nearest name. */
#include "lang/internal.h"

typedef struct { const char *from, *to; } Spelling;

/* Longest first where one begins another. */
static const Spelling roots[] = {
    {"tensorflow.python.keras", "tf.keras"}, {"tensorflow.compat.v1", "tf"}, {"tensorflow.compat.v2", "tf"}, {"tensorflow_core", "tf"},
    {"tensorflow", "tf"}, {"tf_keras", "tf.keras"}, {"keras.src", "tf.keras"}, {"keras", "tf.keras"}, {"tf", "tf"},
    {"larq", "larq"}, {"lq", "larq"}, {"numpy", "np"}, {"np", "np"},
    {"math", "math"}, {"argparse", "argparse"}, {"functools", "functools"}, {"collections", "collections"},
    {"itertools", "itertools"}, {"dataclasses", "dataclasses"}, {"enum", "enum"}, {"K", "tf.keras.backend"},
    {"copy", "copy"}, {"abc", "abc"}, {"os", "os"}, {"sys", "sys"},
};

/* Where else a name of a module may be registered. */
static const Spelling siblings[] = {
    {"tf.keras.models", "tf.keras"}, {"tf.keras", "tf.keras.models"}, {"tf.keras", "tf.keras.layers"},
    {"tf.keras.engine", "tf.keras.layers"},
    {"tf.keras.optimizers.legacy", "tf.keras.optimizers"}, {"tf.keras.optimizers.experimental", "tf.keras.optimizers"},
    {"tf.optimizers", "tf.keras.optimizers"},
    {"tf.optimizers.schedules", "tf.keras.optimizers.schedules"}, {"tf.losses", "tf.keras.losses"},
    {"tf.metrics", "tf.keras.metrics"}, {"tf.keras.metrics", "tf.keras.losses"}, {"tf.initializers", "tf.keras.initializers"},
    {"tf.keras.experimental", "tf.keras.optimizers.schedules"}, {"tf.keras.optimizers", "tf.keras.optimizers.schedules"},
    {"tf", "tf.math"}, {"tf.math", "tf"}, {"tf.math", "tf.keras.activations"}, {"tf.nn", "tf"}, {"tf.nn", "tf.math"}, {"tf.nn", "tf.keras.activations"},
    {"tf.keras.backend", "tf"}, {"tf.keras.backend", "tf.math"}, {"tf.keras.backend", "tf.keras.activations"},
    {"larq.activations", "tf.keras.activations"}, {"tf.keras.utils.np_utils", "tf.keras.utils"},
    {"tf.keras.layers.experimental.preprocessing", "tf.keras.layers"}, {"tf.keras.layers.experimental", "tf.keras.layers"},
    {"tf", "tf.keras"}, {"tf", "tf.keras.initializers"}, {"np.random", "tf.random"}, {"tf.compat.v1", "tf"}, {"tf.linalg", "tf"}, {"tf.dtypes", "tf"},
    {"np.linalg", "np"},
};

/* Modules whose names never become unknown. */
static const struct { const char *path; Family family; } closed[] = {
    {"tf.keras.layers", FAMILY_LAYER}, {"larq.layers", FAMILY_LAYER}, {"larq.quantizers", FAMILY_QUANTIZER},
    {"larq.constraints", FAMILY_CONSTRAINT},
    {"tf.keras.constraints", FAMILY_CONSTRAINT}, {"larq.optimizers", FAMILY_OPTIMIZER}, {"tf.keras.optimizers", FAMILY_OPTIMIZER},
    {"tf.keras.optimizers.schedules", FAMILY_SCHEDULE}, {"tf.keras.optimizers.legacy", FAMILY_OPTIMIZER},
    {"tf.keras.losses", FAMILY_LOSS}, {"tf.keras.initializers", FAMILY_INITIALIZER},
    {"tf.keras.regularizers", FAMILY_REGULARIZER}, {"tf.keras.activations", FAMILY_ACTIVATION},
    {"larq.activations", FAMILY_ACTIVATION}, {"larq.math", FAMILY_FUNCTION}, {"tf.keras.models", FAMILY_MODEL}, {"math", FAMILY_FUNCTION},
};

const char *names_canonical(Eval *eval, const char *path)
{
    for (size_t i = 0; i < sizeof roots / sizeof *roots; i++) {
        size_t length = strlen(roots[i].from);
        if (!strncmp(path, roots[i].from, length) && (path[length] == '.' || !path[length]))
            return arena_printf(eval_arena(eval), "%s%s", roots[i].to, path + length);
    }
    return NULL;
}

Object *names_module(Eval *eval, const char *path)
{
    Object *module = ARENA_NEW(eval_arena(eval), Object);
    module->kind = OBJECT_MODULE;
    module->u.module.path = eval_intern(eval, path);
    return module;
}

static Object *entry_at(Eval *eval, const char *module, const char *name)
{
    size_t length = strlen(module);
    for (int i = 0; i < eval->entries.count; i++) {
        const char *path = eval->entries.at[i].path;
        if (!strncmp(path, module, length) && path[length] == '.' && !strcmp(path + length + 1, name))
            return eval->entries.at[i].object;
    }
    return NULL;
}

static bool module_exists(Eval *eval, const char *path)
{
    size_t length = strlen(path);
    for (int i = 0; i < eval->entries.count; i++)
        if (!strncmp(eval->entries.at[i].path, path, length) && eval->entries.at[i].path[length] == '.')
            return true;
    for (size_t i = 0; i < sizeof siblings / sizeof *siblings; i++)
        if (!strncmp(siblings[i].from, path, length) && (siblings[i].from[length] == '.' || !siblings[i].from[length]))
            return true;
    for (size_t i = 0; i < sizeof closed / sizeof *closed; i++)
        if (!strcmp(closed[i].path, path))
            return true;
    return false;
}

static Family closed_family(const char *path)
{
    for (size_t i = 0; i < sizeof closed / sizeof *closed; i++)
        if (!strcmp(closed[i].path, path))
            return closed[i].family;
    return FAMILY_NONE;
}

static Object *alias_at(Eval *eval, const char *path, const char *name)
{
    Family family = closed_family(path);
    Object *object = family ? names_find_alias(eval, family, name) : NULL;
    if (object || strcmp(path, "tf.keras.metrics"))
        return object;
    object = names_find_alias(eval, FAMILY_LOSS, name); /* functions of that module: most are losses */
    return object ? object : names_find_alias(eval, FAMILY_METRIC, name);
}

/* What `find` gives for the module or one where its names may be registered, too. */
static Object *in_siblings(Eval *eval, Object *(*find)(Eval *, const char *, const char *), const char *path, const char *name)
{
    Object *object = find(eval, path, name);
    for (size_t i = 0; !object && i < sizeof siblings / sizeof *siblings; i++)
        if (!strcmp(siblings[i].from, path))
            object = find(eval, siblings[i].to, name);
    return object;
}

static Object *walk_known(Eval *eval, const char *path, const char *name)
{
    Object *object = in_siblings(eval, entry_at, path, name);
    if (!object)
        object = in_siblings(eval, alias_at, path, name);
    if (object)
        return object;
    const char *inner = arena_printf(eval_arena(eval), "%s.%s", path, name);
    if (module_exists(eval, inner))
        return names_module(eval, inner);
    return NULL;
}

static const char *nearest_attribute(Eval *eval, const char *path, const char *name)
{
    VecNames names = {0};
    size_t length = strlen(path);
    for (int i = 0; i < eval->entries.count; i++) {
        const char *rest = eval->entries.at[i].path + length;
        if (!strncmp(eval->entries.at[i].path, path, length) && *rest == '.') {
            VEC_PUSH(eval_arena(eval), &names, arena_strndup(eval_arena(eval), rest + 1, strcspn(rest + 1, ".")));
            VEC_PUSH(eval_arena(eval), &names, eval->entries.at[i].last);
        }
    }
    return text_nearest(name, names.at, names.count);
}

/* Known well enough for a near miss to be a mistake: what is directly in Keras and Larq, callbacks, Larq's small modules. */
static bool is_known_well(const char *path)
{
    static const char *const paths[] = {"tf.keras", "larq", "tf.keras.callbacks", "larq.callbacks", "larq.models", "larq.utils", "larq.context"};
    for (size_t i = 0; i < sizeof paths / sizeof *paths; i++)
        if (!strcmp(path, paths[i]))
            return true;
    return false;
}

/* What Keras has there, too, so that it is no misspelling of ours. */
static bool is_keras_own(const char *path, const char *name)
{
    static const char *const names[] = {"applications", "experimental", "estimator", "mixed_precision", "wrappers", "dtensor", "export"};
    for (size_t i = 0; !strcmp(path, "tf.keras") && i < sizeof names / sizeof *names; i++)
        if (!strcmp(name, names[i]))
            return true;
    return false;
}

/* Modules like tf hold much that is no concern of ours; the nearest name we have is kept for the message, should the value be needed. */
static Object *unknown_attribute(Eval *eval, const char *path, const char *name, Span span)
{
    const char *nearest = nearest_attribute(eval, path, name);
    if (is_keras_own(path, name))
        nearest = NULL;
    if (nearest && is_known_well(path)) {
        diag_hint(eval_error(eval, span, "'%s' has no '%s'", path, name), "did you mean '%s'?", nearest);
        return eval->poison;
    }
    if (nearest)
        return unknown_new(eval, span, "%s.%s, which bnnc does not have (did you mean '%s'?)", path, name, nearest);
    return unknown_new(eval, span, "%s.%s, which bnnc does not have", path, name);
}

/* A module that is imported from: one that is directly in Keras or Larq must be there, if it is near to one that is. */
bool names_check_module(Eval *eval, const char *path, Span span)
{
    static const char *const owners[] = { "tf.keras", "larq" };
    for (size_t i = 0; i < sizeof owners / sizeof *owners; i++) {
        size_t length = strlen(owners[i]);
        if (strncmp(path, owners[i], length) || path[length] != '.')
            continue;
        const char *name = arena_strndup(eval_arena(eval), path + length + 1, strcspn(path + length + 1, "."));
        return walk_known(eval, owners[i], name) || !eval_is_poison(unknown_attribute(eval, owners[i], name, span));
    }
    return true;
}

/* A name that is near to none may well be one of Keras': then it is bnnc that does not have it. */
static Object *family_error(Eval *eval, Family family, const char *path, const char *name, Span span)
{
    Object *elsewhere = names_find(eval, family, name);
    const char *nearest = names_nearest(eval, family, name);
    if (elsewhere && elsewhere->family_name)
        diag_hint(eval_error(eval, span, "'%s' has no %s '%s'", path, family_word(family), name), "it is in another module of this family");
    else if (nearest)
        diag_hint(eval_error(eval, span, "'%s' has no %s '%s'", path, family_word(family), name), "did you mean '%s'?", nearest);
    else
        diag_hint(eval_error(eval, span, "bnnc has no %s '%s.%s'", family_word(family), path, name), "`bnnc help` lists what it has");
    return eval->poison;
}

bool names_lacks(Eval *eval, const char *path, const char *name)
{
    return closed_family(path) && !walk_known(eval, path, name);
}

Object *names_walk(Eval *eval, const char *path, const char *name, Span span)
{
    static const char *const submodules[] = { "core",       "convolutional", "pooling",        "normalization", "advanced_activations",
                                              "merge",      "merging",       "noise",          "embeddings",    "local",
                                              "activation", "reshaping",     "regularization", "recurrent" };
    Object *object = walk_known(eval, path, name);
    if (object)
        return object;
    for (size_t i = 0; i < sizeof submodules / sizeof *submodules; i++)
        if (!strcmp(path, "tf.keras.layers") && !strcmp(name, submodules[i]))
            return names_module(eval, path);
    Family family = closed_family(path);
    bool plain = *name != '_' && strcmp(name, "get") && strcmp(name, "serialize") && strcmp(name, "deserialize") &&
                 strcmp(name, "Optimizer") && strcmp(name, "Initializer") && strcmp(name, "Loss") && strcmp(name, "load_model") && strcmp(name, "model_from_json") &&
                 strcmp(name, "model_from_yaml") && strcmp(name, "clone_model") && strcmp(name, "save_model");
    if (!family || !plain)
        return unknown_attribute(eval, path, name, span);
    return family_error(eval, family, path, name, span);
}

void names_each(Eval *eval, const char *module, void (*visit)(void *context, const char *name, Object *value), void *context)
{
    size_t length = strlen(module);
    for (int i = 0; i < eval->entries.count; i++) {
        const Entry *entry = &eval->entries.at[i];
        if (!strncmp(entry->path, module, length) && entry->path[length] == '.' &&
            entry->path + length + 1 + strlen(entry->last) == entry->path + strlen(entry->path))
            visit(context, entry->last, entry->object);
    }
    for (size_t i = 0; i < sizeof siblings / sizeof *siblings; i++)
        if (!strcmp(siblings[i].from, module) && !strcmp(module, "tf.keras.models"))
            names_each(eval, siblings[i].to, visit, context);
}
