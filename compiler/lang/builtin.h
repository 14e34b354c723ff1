/* How builtins are written: BUILTIN(name) opens one; UNPACK fills its slots, passes an unknown argument on and stops after an error. */
#ifndef LANG_BUILTIN_H
#define LANG_BUILTIN_H

#include "lang/internal.h"

#define BUILTIN(function) static Object *function(Eval *eval, void *data, const Call *call)
#define UNPACK(owner, names, slots)                             \
    Object *unknown_ = call_unknown(call);                      \
    (void)data;                                                 \
    if (unknown_)                                               \
        return unknown_;                                        \
    if (!call_unpack(eval, owner, call, names, slots))          \
        return eval->poison

/* "abs: needs a number, not 'x'" at the first argument; the poison. */
Object *builtin_type_error(Eval *eval, const Call *call, const char *owner, const char *wanted, const Object *value);

#endif
