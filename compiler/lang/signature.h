/* What signature.c and signature_bind.c share. */
#ifndef LANG_SIGNATURE_H
#define LANG_SIGNATURE_H

#include "lang/internal.h"

typedef enum {
    TYPE_INT,
    TYPE_FLOAT,
    TYPE_BOOL,
    TYPE_STR,
    TYPE_ANY,
    TYPE_INTS,
    TYPE_SHAPE,
    TYPE_OBJECT,
    TYPE_IGNORED,
    TYPE_CHOICE,
    TYPE_FAMILY
} SignatureType;

typedef struct {
    const char *name;
    SignatureType type;
    bool typed;                    /* a type stood beside choices: int|'same' */
    bool none;                     /* None is allowed besides: 'a'|None = 'a' */
    int length;                    /* ints*N */
    bool bounded, exclusive;       /* >= least, > least */
    double least;
    Family family;
    VEC(const char *) choices;
    bool keyword_only;
    Object *fallback;              /* default; NULL: required */
} SignatureParameter;

struct Signature {
    const char *text;
    VEC(SignatureParameter) parameters;
};

#endif
