/* Planning: what is known of each value while kernels are chosen; shared by the files of plan/ alone. */
#ifndef PLAN_PLANNING_H
#define PLAN_PLANNING_H

#include "plan/plan.h"

typedef struct {
    const Value *value;
    int uses;                   /* values that read it, plus one where it is a result of the graph */
    const Value *only_user;     /* when uses == 1 */
    const Value *stored;        /* the end of the chain that its step stores */
    const Value *head;          /* the value whose step stores this one; NULL: a leaf, or dead */
    bool result;                /* a result of the graph */
    uint32_t wanted;            /* bit l: somebody wants it in Layout l */
    const Kernel *kernel;
    Layout layout;              /* what the kernel stores */
    const char *why;            /* why the better rows do not apply */
    double cost;
    int phase;                  /* PHASE_... */
    Storage *storage[LAYOUT_COUNT];
} Note;

struct Planning {
    VEC(Note) notes;            /* by value id; results that need a copy have notes of their own at the end */
    VEC(const Value *) copies;
    int phase;                  /* being built */
};

Note *plan_note(const Plan *plan, const Value *value);
/* Uses, results, chains, phases. */
void plan_survey(Plan *plan);
/* Chains of an epilogue. */
void plan_find_chains(Plan *plan);
/* A kernel for every value, consumers first. */
void plan_select(Plan *plan);
const Kernel *plan_conversion(const Plan *plan, const Value *value, Layout from, Layout to);
/* names.c: the name of a step that is about to be appended. */
const char *step_name(const Plan *plan, const Step *step);
/* Storage offsets in the workspace and in the packed block; sets workspace_bytes, packed_bytes. */
void plan_place(Plan *plan);
/* Is this evaluation by variables (training C), which _pack prepares? */
bool plan_packs(const Plan *plan);
/* Has `value` one tensor per sample, of `count` known at run time? Inference runs one sample. */
bool plan_counts(const Plan *plan, const Value *value);
bool plan_is_leaf(const Value *value);
/* step.c: a constant operand of the chain becomes a table of the step; its name. */
const char *step_list_constant(Step *step, int input);
/* levels.c: C text of the plane bits (uint32_t) of a level given as the text of a float or an int variable. */
const char *level_code_from_float(Arena *arena, const Value *value, const char *level);
const char *level_code_from_int(Arena *arena, const Value *value, const char *level);
/* C text of the int16_t level, given a float variable; a level that is not a number is the lowest. */
const char *level_int16(Arena *arena, const Value *value, const char *level);
/* C text of the int level, given a function of plane p: "bit(p)" texts. */
const char *level_from_bits(Arena *arena, const Value *value, const char *const *bits);
/* hoist.c: parts of an Expr that depend on the ARGs of `mask` alone become new ARGs from `first` on: returns what is left, and the parts. */
typedef struct { const Expr *rest; const Expr *part[EXPR_MAX_ARGS]; int count; } Hoisted;
Hoisted expression_hoist(ExprPool *pool, const Expr *expr, uint32_t mask, int first);
/* Prints an Expr into lines, returns the text of its result. */
const char *expression_text(Arena *arena, const Expr *expr, const char *const *arguments, Text *lines);

#endif
