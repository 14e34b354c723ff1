/* What the files of lang/ share: the evaluator's state, scopes, and one entry point per file. Nothing here is seen by other layers. */
#ifndef LANG_INTERNAL_H
#define LANG_INTERNAL_H

#include "lang/eval.h"

#include "base/bug.h"
#include "base/clamp.h"

#include <string.h>

enum { LIMIT_STEPS = 10000000, LIMIT_DEPTH = 64, LIMIT_ITEMS = 1000000, LIMIT_STRING = 131072, LIMIT_MEGABYTES = 1024, LITERAL_CACHE = 1024 };

typedef struct { const char *name; Object *value; } Binding;
typedef enum { SCOPE_MODULE, SCOPE_FUNCTION, SCOPE_CLASS, SCOPE_COMPREHENSION } ScopeKind;
struct Scope {
    Scope *parent;
    ScopeKind kind;
    VEC(Binding) bindings;
    VEC(const char *) global_names, nonlocal_names;
    Class *owner;       /* methods: the class and the instance, for super() */
    Object *self;
    Object *returned;   /* what `return` left */
};

typedef struct Frame Frame;
struct Frame { Frame *caller; Span call; const Node *body; /* of the function that runs; NULL: none of a file */ };

typedef struct { const char *path, *last; Family family; Object *object; const char *snake; } Entry;
typedef struct { Span span; Object *unknown; } Skipped;
typedef VEC(const char *) VecNames;

typedef struct { const char *path; Scope *scope; } SiblingModule;

struct Eval {
    EvalOptions options;
    const Node *module;       /* the file that runs */
    Scope *builtins, *prelude, *globals;
    VEC(Entry) entries;
    VEC(Skipped) skipped;
    Object *registered;       /* DICT: names given to register_keras_custom_object */
    Object *poison;
    Object *last_expression;
    Frame *frame;
    int64_t steps, work;      /* work: items that make no whole step yet */
    int depth;
    bool stopped;             /* a limit was passed: unwind everything */
    int try_depth;            /* a reached raise inside try is caught there */
    Object *raised;
    Object *rate_scale;       /* while an update rule is traced: ARG 3 */
    int first_hyper;          /* and the ARG of its first hyperparameter */
    int row_size;             /* of arrays that may stand along the last axis of what is traced, by ARG 2; 0: none may */
    int initializing;         /* an initializer of the file runs: random numbers are known */
    int drawn;                /* random tensors that they made */
    bool warned_sign;
    bool wants_tensors;       /* a function of traced values did what only tensors can do */
    VEC(const char *) warned_names;
    VEC(const char *) set_used;
    VEC(SiblingModule) modules;
    struct { const Node *node; Object *value; } literals[LITERAL_CACHE]; /* literals in loops are made once */
};

/* How a statement ended. */
typedef enum { FLOW_NEXT, FLOW_BREAK, FLOW_CONTINUE, FLOW_RETURN, FLOW_RAISE, FLOW_STOP } Flow;

/* object.c */
Object *object_list_take(Object *list, int index);                                   /* the item, no longer in it */
int object_dict_index(const Object *dict, const char *key);                          /* -1: absent */
Object *object_dict_take(Object *dict, int index);                                   /* the value; the pair is no longer in it */
Object *object_string_sized(Arena *arena, const char *text, size_t length);
int object_array_count(const Object *array);
Object *object_copy(Arena *arena, const Object *object);
Object *object_bound(Arena *arena, Object *function, Object *self);
bool object_is_sequence(const Object *object);          /* LIST, TUPLE, SET */
bool object_is_callable(const Object *object);
const char *object_print(Arena *arena, const Object *object, bool repr); /* str() or repr(), unshortened */
bool object_is(const Object *object, const char *family_name);

/* eval_statements.c, eval_assign.c */
Flow exec_block(Eval *eval, Scope *scope, const Node *first);
void eval_assign(Eval *eval, Scope *scope, const Node *target, Object *value);
void eval_store_attribute(Eval *eval, Object *object, const char *name, Object *value, Span span);
void eval_store_item(Eval *eval, Object *object, Object *index, Object *value, Span span);
void eval_delete(Eval *eval, Scope *scope, const Node *target);
Flow exec_import(Eval *eval, Scope *scope, const Node *node);

/* eval_expressions.c */
Object *eval_node(Eval *eval, Scope *scope, const Node *node);
bool eval_truth(Eval *eval, Object *value, Span span);   /* objects with a truth; errors for traced values */
Object *eval_index(Eval *eval, Scope *scope, const Node *node); /* the part between [ ] */
Object *eval_subscript(Eval *eval, Object *object, Object *index, Span span);
/* Items of anything iterable as a LIST; UNKNOWN for unknowns, poison after an error. */
Object *eval_items(Eval *eval, Object *iterable, Span span);
/* The same, but a range stays itself: items_count and items_at take both. */
Object *eval_iterable(Eval *eval, Object *iterable, Span span);
int64_t items_count(const Object *items);
Object *items_at(Eval *eval, const Object *items, int64_t index);

/* limits.c: one step more; false, and an error the first time, when the file has run for too long or takes too much memory. */
bool eval_step(Eval *eval, Span span);
bool eval_work(Eval *eval, int64_t items, Span span);          /* the same for one operation on so many items */
int64_t eval_work_left(const Eval *eval);                      /* items until then, a few more than the file may ask for */
/* And whether a list of so many items may be, a string of so many bytes; whether one of so many may get more, for the work of those alone. */
bool eval_list_fits(Eval *eval, int64_t count, Span span);
bool eval_list_grows(Eval *eval, int64_t count, int64_t more, Span span);
bool eval_string_fits(Eval *eval, size_t length, Span span);
bool eval_string_grows(Eval *eval, size_t length, size_t more, Span span);

/* object_equal.c: lists nested deeper than LIMIT_DEPTH differ; false and -1 after an error. */
bool eval_equal(Eval *eval, const Object *a, const Object *b, Span span);
int eval_find_equal(Eval *eval, Object *const *items, int count, const Object *wanted, Span span); /* -1: no item is equal */

/* containers.c: false after an error. */
int eval_search(Eval *eval, const Object *list, const Object *item, Span span);          /* -1: it is not in the list */
bool eval_add(Eval *eval, Object *list, Object *item, Span span);                      /* to a list or a set */
bool eval_add_all(Eval *eval, Object *list, const Object *items, Span span);
Object *eval_dict_find(Eval *eval, const Object *dict, const Object *key, Span span);  /* NULL: absent */
void eval_dict_put(Eval *eval, Object *dict, Object *key, Object *value, Span span);
Object *eval_dict_remove(Eval *eval, Object *dict, const Object *key, Span span);      /* the value that was there; NULL: absent */
void eval_dict_put_all(Eval *eval, Object *dict, const Object *more, Span span);
/* The item of a list, a str, an axis ... (what) that index means; false after an error: it is no integer, or there is no such item. */
bool index_of(Eval *eval, const Object *index, int64_t length, int64_t *at, const char *what, Span span);
bool index_number(Eval *eval, const Object *index, double *number, const char *what, Span span); /* the same, for any integer */

/* scope.c */
Scope *scope_new(Eval *eval, Scope *parent, ScopeKind kind);
Object *scope_get(const Scope *scope, const char *name);                 /* this scope alone */
void scope_set(Eval *eval, Scope *scope, const char *name, Object *value);   /* this scope alone */
void scope_assign(Eval *eval, Scope *scope, const char *name, Object *value); /* as assignment does: global, nonlocal, --set */
bool scope_remove(Scope *scope, const char *name);
Object *scope_lookup(Eval *eval, Scope *scope, const char *name, Span span); /* with the outer scopes and bare names; reports */
Object *scope_undefined(Eval *eval, Scope *scope, const Node *name);         /* a bare name that nothing defines but is near to one; else NULL */
bool unknown_is_undefined(const Object *value);
const char *scope_foreign_constant(const char *name);                 /* "true": "True"; NULL: nothing of another language */
const char *scope_nearest(Eval *eval, Scope *scope, const char *name);
const char *eval_intern(Eval *eval, const char *name);

/* eval_calls.c */
bool eval_arguments(Eval *eval, Scope *scope, const Node *node, Call *call); /* false after an error */
Scope *call_bind(Eval *eval, Object *function, const Call *call); /* NULL after an error */
Object *call_run(Eval *eval, Object *function, Scope *scope);
Object *call_function(Eval *eval, Object *function, const Call *call);
Object *call_bound(Eval *eval, Object *function, Object *self, const Call *call);
/* For builtins: fills slots from positional and keyword arguments. names is "a b c=?"; a name with '?' behind it is optional, '*' first
 * makes the rest keyword-only. Reports and returns false on a mismatch. */
bool call_unpack(Eval *eval, const char *owner, const Call *call, const char *names, Object **slots);
Span call_span_of(const Call *call, int index);

/* eval_classes.c */
Object *exec_class(Eval *eval, Scope *scope, const Node *node);
Object *class_call(Eval *eval, Object *class, const Call *call);
Object *class_lookup(const Class *class, const char *name);
Object *instance_attribute(Eval *eval, Object *instance, const char *name, Span span);
Object *super_new(Eval *eval, Scope *scope, const Call *call);
bool class_inherits(const Class *class, const Class *base);
Object *instance_operator(Eval *eval, AstOperator op, Object *left, Object *right, Span span);
Object *call_instance(Eval *eval, Object *instance, const Call *call);

/* attributes.c */
const char *attribute_nearest(Eval *eval, Object *object, const char *name);
Object *attribute_get(Eval *eval, Object *object, const char *name, Span span, bool *found);

/* operators.c, numbers.c, arrays.c */
Object *operate_binary(Eval *eval, AstOperator op, Object *left, Object *right, Span span);
Object *operate_unary(Eval *eval, AstOperator op, Object *operand, Span span);
Object *operate_compare(Eval *eval, AstOperator op, Object *left, Object *right, Span span);
Object *number_binary(Eval *eval, AstOperator op, const Object *left, const Object *right, Span span);
Object *array_from(Eval *eval, Object *value, Span span);
/* Zeros; an unknown for more than 8 axes or LIMIT_ITEMS elements (axes of 0 count as 1), poison where the file has run for too long. */
Object *array_new(Eval *eval, int rank, const int *dims, Span span);
Object *array_binary(Eval *eval, AstOperator op, Object *left, Object *right, Span span);
/* An operation on arrays and numbers alone, in float32 as TensorFlow computes. */
Object *array_apply(Eval *eval, ExprOp op, int count, Object *const *operands, Span span);
/* sum, prod, mean, min or max over the axes (NULL or None: all). */
Object *array_fold(Eval *eval, const char *name, const Object *array, const Object *axis, bool keep, Span span);
Object *array_compare(Eval *eval, AstOperator op, Object *left, Object *right, Span span);
Object *array_subscript(Eval *eval, Object *array, Object *index, Span span);
Object *array_attribute(Eval *eval, Object *array, const char *name);
Object *array_of_shape(Eval *eval, Object *array, Object *shape, Span span); /* its elements in another shape; one number fills it */
Object *array_shape_tuple(Eval *eval, const Object *array);
bool slice_range(Eval *eval, const Object *slice, int64_t length, int64_t *start, int64_t *step, int64_t *count, Span span);

/* names.c, names_modules.c */
void names_register_paths(Eval *eval);
Object *names_module(Eval *eval, const char *path);
const char *names_canonical(Eval *eval, const char *path);        /* "tensorflow.keras.layers" -> "tf.keras.layers"; NULL: not ours */
bool names_check_module(Eval *eval, const char *path, Span span);  /* false after an error */
/* Whether the module is one of our families' and has no such name. */
bool names_lacks(Eval *eval, const char *path, const char *name);
Object *names_walk(Eval *eval, const char *path, const char *name, Span span); /* module attribute; reports */
Object *names_bare(Eval *eval, const char *name);
Object *names_find(Eval *eval, Family family, const char *name);  /* by last name or alias */
Object *names_find_alias(Eval *eval, Family family, const char *name);
void names_collect(Eval *eval, VecNames *names);                     /* every registered name and alias */
const char *names_nearest(Eval *eval, Family family, const char *name);
const char *family_word(Family family);
const char *names_alias(Family family, const char *definition, int index);
void names_each(Eval *eval, const char *module, void (*visit)(void *context, const char *name, Object *value), void *context);
Object *names_default_instance(Eval *eval, Object *definition, Span span);

/* prelude.c */
void prelude_load(Eval *eval);
Object *definition_call(Eval *eval, Object *definition, const Call *call);
/* attributes_callable.c; NULL: there is no such attribute. */
Object *number_attribute(Eval *eval, Object *object, const char *name);
Object *function_attribute(Eval *eval, Object *object, const char *name, Span span);
/* maker.from_config(config). */
Object *object_from_config(Eval *eval, void *maker, const Call *call);
/* number.assign(value), of a number read from an optimizer. */
Object *number_assign(Eval *eval, void *number, const Call *call);
bool object_is_definition(const Object *object);
/* The root of a class of the file over a definition: class Wide(SteSign). NULL: its family has none. */
const NativeClass *definition_class(const Object *definition);

/* unknown.c */
void unknown_skip(Eval *eval, Span span, Object *unknown);
Object *unknown_new(Eval *eval, Span span, const char *why, ...) __attribute__((format(printf, 3, 4)));
Object *unknown_construct(Eval *eval, Span span, const char *construct); /* of Python: a statement or operator */
void unknown_names(Eval *eval, Scope *scope, const Node *block, Object *unknown);
/* Reports when the skipped block would change a model or a list of layers. */
bool unknown_generator(const Node *function);                    /* has a yield */
bool unknown_block(Eval *eval, Scope *scope, const Node *head, const Node *block, Object *unknown);

/* format.c */
Object *format_value(Eval *eval, Object *value, const char *spec, const char *conversion, Span span);
Object *format_fstring(Eval *eval, Scope *scope, const Node *node);
Object *format_percent(Eval *eval, Object *format, Object *values, Span span);
Object *format_method(Eval *eval, Object *format, const Call *call);

/* builtins_tensorflow.c: np.float32 and the like, which are texts otherwise; np.float32(x) */
bool object_is_type(const Object *object);
Object *type_call(Eval *eval, const Object *type, const Call *call);

/* builtins_training.c */
Object *exclude_from_weight_decay(Eval *eval, void *optimizer, const Call *call);

/* trace.c */
const Expr *trace_expr(Eval *eval, Object *value);                /* number or EXPR as Expr; NULL: neither */
/* trace_arrays.c: arrays, and random values of an initializer; whether there are such among the operands, and nothing that is traced. */
bool trace_is_array(const Object *value);
bool trace_only_arrays(int count, Object *const *operands);
Object *trace_operand(Eval *eval, int index, int count, Object *const *operands); /* the same, or what is traced in its place */
/* x[:, 2], x[..., -1] where rows may stand along the last axis: the others of it become 0, and are added up. NULL: another index. */
Object *trace_last_item(Eval *eval, Object *value, const Object *index, Span span);
bool trace_whole(const Object *part); /* a slice of all */
bool trace_is_flattened(const ExprShape *shape); /* trace_flatten.c */
Object *trace_apply(Eval *eval, ExprOp op, int count, Object *const *operands, Span span);
Object *trace_binary(Eval *eval, AstOperator op, Object *left, Object *right, Span span);
Object *trace_unary(Eval *eval, AstOperator op, Object *operand, Span span);
Object *trace_compare(Eval *eval, AstOperator op, Object *left, Object *right, Span span);
Object *trace_reduce(Eval *eval, ExprOp op, Object *value, Object *axis, bool keep, Span span);
Object *trace_attribute(Eval *eval, Object *value, const char *name, Span span);
Object *trace_subscript(Eval *eval, Object *value, Object *index, Span span);
Object *trace_custom(Eval *eval, Object *function, const Call *call);
Object *trace_constant(Eval *eval, double value);
Object *trace_argument(Eval *eval, int index, const TraceShape *shape); /* ARG `index` of a traced callable; shape NULL: not known */
bool trace_is_constant(const Object *value);
ExprShape trace_shape(const Object *value);
Object *trace_with_shape(Eval *eval, const Expr *expr, const ExprShape *shape);
/* A callable over tensors (NATIVE with a map hook): partial over the other arguments, then the hook. */
Object *trace_map(Eval *eval, Object *callable, const Call *call);
bool trace_wants_map(const Call *call);
bool object_as_number(const Object *object, double *value);      /* numbers and constant EXPR */

/* builtins_*.c: each registers its names */
void builtins_core(Eval *eval);
void builtins_objects(Eval *eval);
void builtins_functional(Eval *eval);
void builtins_math(Eval *eval);
void builtins_numpy(Eval *eval);
void builtins_numpy_arrays(Eval *eval);
Object *numpy_first_array(Eval *eval, const Call *call);         /* the first argument as an array; an unknown or poison otherwise */
void builtins_tensor(Eval *eval);
void builtins_tensorflow(Eval *eval);
void builtins_larq(Eval *eval);
void builtins_argparse(Eval *eval);
void builtins_dataset(Eval *eval);
void builtins_training(Eval *eval);
void builtins_initializer(Eval *eval);
void builtins_bases(Eval *eval);
void builtins_records(Eval *eval);
/* builtins_records.c: the arguments of a class without __init__ as its fields, then __post_init__. false after an error. */
bool record_initialize(Eval *eval, Object *instance, const Call *call);
/* A class over Enum, at the end of its statement: its values become members; and the list of them. */
bool class_is_enum(const Class *class);
void enum_finish(Eval *eval, Object *class);
Object *enum_members(Eval *eval, const Class *class);
void string_method_names(Eval *eval, VecNames *names);
void container_method_names(Eval *eval, const Object *object, VecNames *names);
Object *string_method(Eval *eval, Object *object, const char *name);
Object *container_method(Eval *eval, Object *object, const char *name);
Object *dataset_attribute(Eval *eval, Object *dataset, const char *name, Span span);
Object *dataset_binary(Eval *eval, AstOperator op, Object *left, Object *right, Span span);
Object *dataset_subscript(Eval *eval, Object *dataset, Object *index, Span span);
Object *dataset_reshape(Eval *eval, Object *dataset, Object *shape, Span span);
Object *initializer_finish(Eval *eval, Object *instance);
void builtins_random(Eval *eval);
void builtins_flatten(Eval *eval);
/* initial_values.c: what an initializer returns for a shape, while one of the file runs; else an unknown. */
Object *initial_values(Eval *eval, const InitializerRule *rule, const Object *shape, Span span);
bool initial_undrawn(const Object *value); /* whether it is such values */
Object *initial_drawn(Eval *eval, Object *value, Span span); /* such values as an ARRAY; anything else as it is */

/* Small helpers */
Object *eval_builtin(Eval *eval, const char *path, Family family, BuiltinFunction call, void *data, const char *help);
Object *eval_bare(Eval *eval, const char *name, BuiltinFunction call, const char *help);
Object *call_unknown(const Call *call); /* the first UNKNOWN among the arguments, or NULL */
static inline bool object_is_unknown(const Object *object) { return object->kind == OBJECT_UNKNOWN; }
/* The item that an index means: from the end when it is negative. Outside of 0..length-1 for one that means none. */
static inline int64_t index_from(double index, int64_t length) { return clamp_int64(index) + (index < 0 ? length : 0); }
static inline bool span_in_prelude(Span span) { return span.source && span.source->prelude; }

#endif
