/* Object: a value of the .bnn language while a file is evaluated. Reference semantics as in Python (lists, dicts and instances are
 * shared and mutable); everything lives in the compilation's arena.
 *
 * What only layers/ knows (tensors, layers, models, optimizers bound to variables, ...) is OBJECT_NATIVE: a pointer and a
 * NativeType, a table of what the language can do with it. lang/ knows no layer by name. */
#ifndef LANG_OBJECT_H
#define LANG_OBJECT_H

#include "expr/expr.h"
#include "front/ast.h"

typedef struct Object Object;
typedef struct Eval Eval;
typedef struct Scope Scope;
typedef struct NativeType NativeType;
typedef struct Class Class;

typedef enum {
    OBJECT_NONE, OBJECT_BOOL, OBJECT_INT, OBJECT_FLOAT, OBJECT_STRING,
    OBJECT_LIST, OBJECT_TUPLE, OBJECT_DICT, OBJECT_SET, OBJECT_RANGE,
    OBJECT_ARRAY,       /* small constant NumPy array, float64 */
    OBJECT_FUNCTION,    /* def or lambda, with its closure; prelude definitions too */
    OBJECT_BUILTIN,     /* implemented in C */
    OBJECT_BOUND,       /* method bound to self */
    OBJECT_CLASS, OBJECT_INSTANCE, OBJECT_SUPER,
    OBJECT_MODULE,      /* a dotted path that names walk: tf, tf.keras.layers */
    OBJECT_EXPR,        /* a traced expression: x, dy and what is computed from them inside quantizers, losses, optimizers */
    OBJECT_DATASET,     /* an array of one of the four Keras data sets: shape, dtype, scaling known, contents not */
    OBJECT_NATIVE,
    OBJECT_UNKNOWN
} ObjectKind;

/* The kinds of thing a parameter may want; strings and bare names resolve in the family of the parameter. */
typedef enum {
#define FAMILY(name, text, shapes) FAMILY_##name,
#include "lang/families.def"
#undef FAMILY
    FAMILY_COUNT
} Family;

/* Positional and keyword arguments of a call as evaluated. */
typedef struct {
    const char *name;   /* NULL: positional */
    Object *value;
    Span span;          /* of the value's text */
    Span name_span;
} CallArgument;
typedef struct {
    CallArgument *at;
    int count;
    Span span;          /* the whole call */
    Span callee;        /* the text before the parenthesis */
} Call;

/* Shape of a traced expression. dim -1: the batch. A reduction without keepdims drops axes here while the Expr keeps its rank:
 * axis[i] is the place of axis i in the Expr's full shape, counted from the right (-1: a new axis of size 1). */
enum { TRACE_RANK = 8, TRACE_ALL = -2 /* all axes, flattened */, TRACE_REST = -3 /* all but the batch */ };
typedef struct {
    int rank, dim[TRACE_RANK], axis[TRACE_RANK];
    int full;                          /* rank of the Expr */
} ExprShape;

typedef Object *(*BuiltinFunction)(Eval *eval, void *data, const Call *call);

struct Object {
    ObjectKind kind;
    Span origin;                       /* where it was made (notes: "first defined here") */
    union {
        bool boolean;
        int64_t integer;
        double real;
        struct { const char *at; size_t length; } string;
        struct { Object **at; int count, capacity; const Node *literal; /* [...] in the file */ } list;     /* LIST, TUPLE, SET */
        struct { Object **keys, **values; int count, capacity; } dict; /* insertion order */
        struct { int64_t start, stop, step; } range;
        struct { double *at; int rank; int dim[8]; } array;
        struct {
            const char *name;
            const Node *node;          /* AST_DEF or AST_LAMBDA */
            Scope *closure;
            Object **defaults;
            bool custom_gradient;      /* decorated with tf.custom_gradient */
            int precision;             /* lq.utils.set_precision; -1: not set */
            Class *owner;              /* methods: for super() */
        } function;
        struct { const char *name; BuiltinFunction call; void *data; const char *help; const struct NativeClass *base; /* of a class over it */ } builtin;
        struct { Object *function, *self; } bound;
        Class *class;
        struct { Class *class; Object *attributes; /* DICT */ void *native; /* what layers/ hangs on it */ } instance;
        struct { Class *after; Object *self; } super;
        struct { const char *path; } module;
        const Expr *expr;
        struct { const char *name; int shape[5], rank; const char *dtype; double scale, offset; bool labels, test; } dataset;
        struct { const NativeType *type; void *at; } native;
        struct { const char *why; } unknown;   /* "the file 'x.npy'", "module matplotlib" ... at origin */
    } u;
    /* Set on what a family's definition returned: SteSign(clip_value=1.25) is a FUNCTION that remembers its family and name. */
    Family family;                     /* FAMILY_NONE: none */
    const char *family_name;           /* "SteSign" */
    Object *family_arguments;          /* DICT of the arguments, defaults included; also attributes (q.precision, q.clip_value) */
    Object *definition;                /* the definition it came from: calling it with numbers builds another ("weight_clip(1.3)") */
    const ExprShape *shape;            /* OBJECT_EXPR: NULL is a scalar */
};

/* Root of a class of the file: Layer, Model, Sequential, made by layers/ with eval_native_class. Calling the class itself runs `create`;
 * calling a class that inherits from it makes an OBJECT_INSTANCE, then `construct`, then __init__. Hooks may be NULL. */
typedef struct NativeClass {
    const char *name, *help;                                                            /* help: "Model(inputs, outputs): ..." */
    Object *(*create)(Eval *eval, const Call *call);                                    /* Sequential([...]): any object */
    void (*construct)(Eval *eval, Object *instance, Span span);                          /* fresh instance, before __init__ */
    Object *(*initialize)(Eval *eval, Object *instance, const Call *call);               /* super().__init__(...) */
    Object *(*find)(Eval *eval, const Class *class, const Call *call);                   /* Class(...) finds an object, and makes none */
    bool (*complete)(Eval *eval, Object *instance, Span span);                           /* after __init__: whether it is an instance; else there was an error */
    Object *(*call)(Eval *eval, Object *instance, const Call *call);                     /* instance(...) */
    Object *(*attribute)(Eval *eval, Object *instance, const char *name, Span span);     /* after the instance's and the classes' own; NULL: none */
    bool (*set_attribute)(Eval *eval, Object *instance, const char *name, Object *value, Span span); /* seen after the value is stored */
    bool (*is_instance)(Eval *eval, const Object *object);                               /* isinstance(native object, this class) */
} NativeClass;

struct Class {
    const char *name;
    Class *base;                       /* NULL: none */
    Object *attributes;                /* DICT: methods and class variables */
    const Node *body;                  /* of the statement; NULL: none */
    const NativeClass *native;         /* of this class or the nearest base that has one */
    bool is_native;                    /* this very class is the native root */
    Object *root;                      /* of the root: what makes the objects that the class extends (QuantConv2D, SteSign); NULL: none */
    Span span;
};

struct NativeType {
    const char *name;                  /* "layer", "tensor", "model": for messages and isinstance */
    Object *(*call)(Eval *eval, Object *self, const Call *call);                       /* NULL: not callable */
    Object *(*attribute)(Eval *eval, Object *self, const char *name, Span span);       /* returns NULL: no such attribute */
    bool (*set_attribute)(Eval *eval, Object *self, const char *name, Object *value, Span span);
    Object *(*binary)(Eval *eval, AstOperator op, Object *left, Object *right, Span span); /* either side is of this type; NULL: not supported */
    Object *(*unary)(Eval *eval, AstOperator op, Object *self, Span span);
    Object *(*subscript)(Eval *eval, Object *self, Object *index, Span span);          /* index: INT, TUPLE, or a slice TUPLE tagged by kind SLICE */
    const char *(*describe)(Arena *arena, const Object *self);                         /* for print and messages */
    /* A pointwise callable (tf function, activation, quantizer) applied to tensors: arguments are all of this type; trace it with
     * eval_trace_shaped and add a node. NULL: functions of numbers do not take this type. */
    Object *(*map)(Eval *eval, Object *callable, int count, Object *const *arguments, Span span);
    bool (*is_instance)(Eval *eval, const Object *self, const Object *type);           /* isinstance(layer, QuantDense) */
    bool (*truth)(Object *self);                                                       /* NULL: true */
    bool (*iterate)(Eval *eval, Object *self, Object *list, Span span);                /* appends the items of `for x in self` to list */
    const char *(*names)(Arena *arena, const Object *self);                            /* its attributes, with blanks between, for "did you mean" */
    void (*enter)(Eval *eval, Object *self);                                           /* before and after the body of `with self:`; both or none */
    void (*leave)(Eval *eval, Object *self);
};

/* A slice inside a subscript arrives as a TUPLE of three (NONE or INT) whose family is FAMILY_SLICE. */

Object *object_none(void);
Object *object_bool(Arena *arena, bool value);
Object *object_int(Arena *arena, int64_t value);
Object *object_float(Arena *arena, double value);
Object *object_string(Arena *arena, const char *text);
Object *object_list(Arena *arena, ObjectKind kind, int count, Object *const *items);
void object_append(Arena *arena, Object *list, Object *item);
/* Where the i-th item stands in the file, for messages; `otherwise` when that is not known. */
Span object_item_span(const Object *list, int i, Span otherwise);
Object *object_dict(Arena *arena);
Object *object_dict_get(const Object *dict, const char *key);              /* NULL when absent */
void object_dict_set(Arena *arena, Object *dict, const char *key, Object *value);
void object_dict_add(Arena *arena, Object *dict, Object *key, Object *value);  /* a key that it does not have */
Object *object_expr(Arena *arena, const Expr *expr);
Object *object_native(Arena *arena, const NativeType *type, void *at, Span origin);
Object *object_builtin(Arena *arena, const char *name, BuiltinFunction call, void *data, const char *help);
Object *object_unknown(Arena *arena, Span origin, const char *why, ...) __attribute__((format(printf, 3, 4)));

bool object_is_native(const Object *object, const NativeType *type);
bool object_is_list_or_tuple(const Object *object);
/* Whether lists, tuples and dicts lie at most `depth` deep in one another there, and are few enough to be walked: one may contain itself. */
bool object_nests_within(const Object *object, int depth);
bool object_is_number(const Object *object);          /* BOOL, INT or FLOAT */
double object_number(const Object *object);
/* The same as an integer, towards zero: exact where it is one, else clamped (base/clamp.h). A size is an int. */
int64_t object_integer(const Object *object);
int object_size(const Object *object);
bool object_truth(const Object *object);              /* not for UNKNOWN */
const char *object_kind_name(const Object *object);   /* "int", "str", "layer", ... for messages */
const char *object_text(Arena *arena, const Object *object); /* repr, shortened, for messages */

#endif
