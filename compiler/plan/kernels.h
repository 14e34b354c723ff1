/* Kernels: prototypes of every function that kernels.def names, from the list itself. */
#ifndef PLAN_KERNELS_H
#define PLAN_KERNELS_H

#include "plan/plan.h"

#define KERNEL(name, op, template, refuses, cost, input_layout, output_layout, bind, summary)   \
    const char *refuses(const Plan *plan, const Value *value);                                  \
    double cost(const Plan *plan, const Value *value);                                          \
    Layout input_layout(const Plan *plan, const Value *value, int input);                       \
    Layout output_layout(const Plan *plan, const Value *value);                                 \
    void bind(Step *step);
#include "plan/kernels.def"
#undef KERNEL

#endif
