/* Eval: runs a .bnn file. What comes in: an Ast and a table of names. What comes out: the globals, and whatever the native
 * objects of layers/ recorded. Total: stops with an error after 10^7 steps, recursion 64, lists of 10^6, strings of 64 KiB.
 * A function that cannot go on reports to diag and returns the *poison* unknown (eval_poison), which makes no follow-up errors. */
#ifndef LANG_EVAL_H
#define LANG_EVAL_H

#include "graph/model.h"
#include "lang/object.h"

typedef struct {
    Arena *arena;
    ExprPool *pool;
    Diag *diag;
    void *layers;                  /* layers/ keeps its state of this compilation here */
    void (*made)(Eval *eval, Object *object); /* told what a call in the file made of a definition, as SteSign(0.5) does; may be NULL */
    /* --set NAME=VALUE: names and parsed expressions */
    const char *const *set_names;
    Node *const *set_values;
    int set_count;
    bool explain;                  /* --explain: list skipped statements */
} EvalOptions;

/* Registers the language's builtins and evaluates the embedded prelude. Further names come by eval_register before eval_run. */
Eval *eval_new(const EvalOptions *options);
Arena *eval_arena(Eval *eval);
ExprPool *eval_pool(Eval *eval);
Diag *eval_diag(Eval *eval);
void *eval_layers(Eval *eval);

/* One table of full paths. `path` is "tf.keras.layers.Dense"; keras., larq./lq. spellings and the bare last name follow from the
 * family. Aliases: "MaxPooling2D" for MaxPool2D is a second registration of the same object. */
void eval_register(Eval *eval, const char *path, Family family, Object *object);
/* Every name of a family, for help and "did you mean". */
int eval_family_names(Eval *eval, Family family, const char *const **names);

/* By last name or alias in the families that a parameter of this family takes; NULL: none. And the nearest such name. */
Object *eval_find(Eval *eval, Family family, const char *name);
const char *eval_nearest(Eval *eval, Family family, const char *name);

/* Runs the module; false when errors were reported. The last expression statement's value is kept (a bare layer is a model). */
bool eval_run(Eval *eval, const Node *module);
Object *eval_global(Eval *eval, const char *name);                 /* NULL: not bound */
int eval_globals(Eval *eval, const char *const **names, Object *const **values);
Object *eval_last_expression(Eval *eval);
Object *eval_expression(Eval *eval, const Node *expression);       /* in the global scope: --model EXPR */
/* Prints the note on skipped statements (and the list with --explain). */
void eval_report_unknowns(Eval *eval);

Object *eval_poison(Eval *eval);
bool eval_is_poison(const Object *object);
/* An error at span; inside the prelude it is placed at the user's call, with a note in the definition. Returns the message. */
Message *eval_error(Eval *eval, Span span, const char *format, ...) __attribute__((format(printf, 3, 4)));
/* Notes at the calls that led to a place inside a function of the file; eval_error adds them itself. */
void eval_note_callers(Eval *eval, Message *message, Span place);
/* The error "OWNER: name is not known here" for an UNKNOWN that reached the model: note at its origin, hint --set. */
Message *eval_unknown_error(Eval *eval, Object *unknown, Span span, const char *format, ...) __attribute__((format(printf, 4, 5)));
/* Makes the class object of a native root (Layer, Model, Sequential); register it like any other object. */
Object *eval_native_class(Eval *eval, const NativeClass *native);
/* What makes the objects that a class of the file extends: the layer or the quantizer at its root. NULL: a root such as Layer, or none. */
Object *eval_class_root(const Class *class);
/* The error that super().__init__ was not called. */
void eval_not_initialized(Eval *eval, const Object *instance, Span span);
/* Method or attribute of an instance's own classes (not of the native root): "call", "build". NULL: none. Bound to the instance. */
Object *eval_method(Eval *eval, Object *instance, const char *name);
/* Signature, docstring and source text of a name of a family, for `bnnc help`. NULL: no such name. */
const char *eval_help(Eval *eval, Family family, const char *name);
/* Calls any callable; used for quantizers, builders, layers' call. */
Object *eval_call(Eval *eval, Object *callable, const Call *call);
Object *eval_call_simple(Eval *eval, Object *callable, int count, Object *const *arguments, Span span);
/* The same for a function whose arguments are tensors of layers/: its body runs on them, where else it would become one map. */
Object *eval_call_on_tensors(Eval *eval, Object *callable, int count, Object *const *arguments, Span span);
/* The same long after the file ran (schedules, epoch by epoch): with steps of its own. */
Object *eval_call_later(Eval *eval, Object *callable, int count, Object *const *arguments, Span span);
/* Another argument of a call that began as {.span, .callee}; name NULL: positional. */
void call_add(Eval *eval, Call *call, const char *name, Object *value, Span span);
/* The items of a dict as keyword arguments; false after an error, "WHAT needs ...", at span: it is no dict, or a key is no name. */
bool call_add_dict(Eval *eval, Call *call, const Object *dict, Span span, const char *what);
/* The argument of that name gets another value, or is added. */
void call_set(Eval *eval, Call *call, const char *name, Object *value, Span span);
/* A function of traced values does what only tensors can do: `what` says what. The result is unknown. */
Object *eval_want_tensors(Eval *eval, Span span, const char *what);
/* Whether that happened since the last question. */
bool eval_wanted_tensors(Eval *eval);
Object *eval_attribute(Eval *eval, Object *object, const char *name, Span span);
/* Span of the call in the user's file that is being evaluated now (never inside the prelude). */
Span eval_user_span(Eval *eval);

/* --- arguments -------------------------------------------------------------------------------------------------------------
 * A Signature is parsed once from text such as
 *   "filters: int>0, kernel_size: ints*2, strides: ints*2 = 1, padding: 'valid'|'same' = 'valid', activation: activation = None"
 * Types: int, int>0, int>=0, float, bool, str, any, ints (int or tuple), ints*N (int or tuple of N), shape (tuple with None),
 * a quoted choice list, a family name (layer, quantizer, activation, ...), object, ignored. "= X" gives the default. */
typedef struct Signature Signature;
Signature *signature_parse(Arena *arena, const char *text);
/* Binds a call. Reports wrong, missing, doubled and unknown arguments (with the nearest name) as "OWNER: ..." at their text; an unknown
 * VALUE that reaches a parameter is an error with a note at its origin and the hint --set. Returns NULL after errors.
 * values[i] is the i-th parameter's Object, resolved to its family (callable or NONE), numbers checked. */
typedef struct { Object *value; Span span; bool given; } Bound;
/* Normal forms: "int" and "float" give INT and FLOAT (floats given for an int are truncated, as Keras does); "ints" gives INT or TUPLE;
 * "ints*N" always a TUPLE of N; "shape" a TUPLE of INT and NONE; a choice its canonical spelling as STRING; "ignored" and "object"
 * whatever was given, UNKNOWN included. A parameter whose default is None takes None. "*" alone makes what follows keyword-only. */
Bound *signature_bind(Eval *eval, const Signature *signature, const char *owner, const Call *call);
int signature_count(const Signature *signature);
const char *signature_name(const Signature *signature, int index);
int signature_index(const Signature *signature, const char *name); /* -1: none */

/* Resolves a string, function, class form or None in a family: "ste_sign" -> SteSign(), "relu", a user's function by its name.
 * NULL after an error at span ("OWNER: unknown quantizer 'x'", hint with the nearest). NONE stays NONE. */
/* FAMILY_INITIALIZER gives a FUNCTION, or an ARRAY for constant arrays (Constant([[1, 2]]) too): family_name is the rule's name
 * ("GlorotUniform", "Constant", ...) and family_arguments a DICT that has, besides the arguments as given, the normal form
 *   kind: "constant" | "variance_scaling" | "uniform" | "normal" | "truncated_normal" | "orthogonal" | "identity" | "array"
 *   variance_scaling: scale, mode ("fan_in" "fan_out" "fan_avg"), distribution ("uniform" "truncated_normal" "untruncated_normal")
 *   uniform: minval, maxval   normal, truncated_normal: mean, stddev   orthogonal, identity: gain   constant: value (FLOAT)
 * An ARRAY is found at "value" of kind "array" (and the object itself may be a FUNCTION). eval_initializer reads it. */
Object *eval_resolve(Eval *eval, Family family, Object *value, Span span, const char *owner);

typedef struct {
    const char *kind;              /* as above */
    double scale, a, b;            /* scale or gain or constant value; minval, maxval or mean, stddev */
    const char *mode, *distribution;
    Object *array;                 /* kind "array" */
} InitializerRule;
bool eval_initializer(Object *resolved, InitializerRule *rule); /* false: a callable of the file */
/* How a variable of that shape starts, with Keras' fan-in and fan-out. The kind is none of "array". */
Initializer initializer_of_rule(const InitializerRule *rule, Shape shape);
/* What a callable of the file, called as Keras does (shape, dtype=...), makes of a weight: *out, or an ARRAY that may yet have another shape.
 * false after an error. */
bool eval_initial_values(Eval *eval, Object *callable, Shape shape, Span span, Initializer *out, Object **array);

/* --- tracing: a callable becomes an Expr -------------------------------------------------------------------------------------
 * Calls `callable` with OBJECT_EXPR arguments ARG 0..count-1. ranks[i]: full rank of argument i (batch included for tensors), dims[i]
 * its full shape with -1 for the batch: they give axis=-1, x.shape, tf.size. Custom gradients become EX_CUSTOM. NULL after errors. */
typedef struct { int rank; int dim[8]; } TraceShape;
TraceShape trace_shape_of(Shape shape, bool batched);
const Expr *eval_trace(Eval *eval, Object *callable, int count, const TraceShape *shapes, Span span);
/* The same, and the shape of the result as TensorFlow would see it (reductions without keepdims drop axes). */
const Expr *eval_trace_shaped(Eval *eval, Object *callable, int count, const TraceShape *shapes, Span span, TraceShape *result);
/* While losses and metrics are traced: arrays of `size` numbers may stand along the last axis, as functions of ARG 2, the position there. 0: no more. */
void eval_take_rows(Eval *eval, int size);
/* A traced value as one axis, or as the batch and one axis: reductions alone know what to do with it. */
Object *eval_flattened(Eval *eval, Object *value, bool keep_batch);
/* A metric: f gives one expression (*result NULL), or (parts, result): *result is then of ARG 0 = number of samples, 1... = sums of the parts.
 * sizes: 1, or how many numbers a part has for each sample. Returns the number of parts; 0 after errors. */
int eval_trace_parts(Eval *eval, Object *callable, int count, const TraceShape *shapes, Span span, int limit, const Expr **parts, int *sizes,
                     const Expr **result);
/* The number that is the default of a parameter; 0: there is none. */
int eval_parameter_default(const Object *callable, int index);
/* Parameters that a callable takes, self not counted; 1 for what C implements. */
int eval_parameter_count(const Object *callable);
/* Those of them that have no default. */
int eval_required_count(const Object *callable);
/* The update rule of an optimizer for a variable of this shape: ARG 0 = w, 1 = g, 2 = step, 3 = rate scale, 4... = slots, then hyperparameters.
 * rule->hyper and rule->undecayed are the caller's. False after errors. */
bool eval_trace_update(Eval *eval, Object *optimizer, const TraceShape *shape, Span span, UpdateRule *rule);
/* What stands for hyperparameter `number` of the rule where an optimizer takes a number or a schedule. */
Object *eval_hyperparameter(Eval *eval, int number);
/* Whether a definition's parameter takes a schedule. */
bool eval_takes_schedule(const Object *definition, const char *parameter);
/* Precision a quantizer object claims: its class attribute or set_precision; 0 when it has none. */
int eval_precision(Eval *eval, Object *quantizer);

#endif
