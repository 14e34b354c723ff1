/* batchnorm: whole only in the semantic graph; the passes lower-batchnorm and autodiff turn it into maps and reductions.
 * threshold: a level from an integer and its channel's threshold. */
#include "graph/operators.h"

static void batchnorm_infer(Value *value)
{
    const Value *x = value->input[0];
    int channels = x->shape.rank ? x->shape.dim[x->shape.rank - 1] : 1;
    BUG_IF(value->input_count != 3 + value->u.batchnorm.scale + value->u.batchnorm.center + 3 * value->u.batchnorm.renorm.present);
    for (int i = 1; i < value->input_count; i++)
        BUG_IF(shape_count(value->input[i]->shape) != channels || value->input[i]->batched);
    value->shape = x->shape;
    value->batched = x->batched;
}

static void batchnorm_eval(const Value *value, const OpContext *context, const Tensor *in, Tensor out)
{
    (void)value, (void)context, (void)in, (void)out;
    BUG("batchnorm must be lowered before it is computed");
}

static void batchnorm_dump(const Value *value, Arena *arena, FILE *out)
{
    (void)arena;
    bool biased = value->shape.rank >= 3 && !value->u.batchnorm.unbiased;
    fprintf(out, " epsilon %.9g momentum %.9g%s%s%s%s%s", (double)value->u.batchnorm.epsilon, (double)value->u.batchnorm.momentum,
            value->u.batchnorm.scale ? " gamma" : "", value->u.batchnorm.center ? " beta" : "", value->u.batchnorm.frozen ? " frozen" : "",
            value->u.batchnorm.always ? " always" : "", biased ? " biased" : "");
    const Renorm *renorm = &value->u.batchnorm.renorm;
    if (renorm->present)
        fprintf(out, " renorm momentum %.9g r %.9g to %.9g d %.9g", (double)renorm->momentum, (double)renorm->rmin, (double)renorm->rmax, (double)renorm->dmax);
    if (value->u.batchnorm.moves > 1)
        fprintf(out, " moves %d", value->u.batchnorm.moves);
}

const OpRow op_row_BATCHNORM = {batchnorm_infer, batchnorm_eval, batchnorm_dump};

static void threshold_infer(Value *value)
{
    const Value *x = value->input[0], *table = value->input[1];
    BUG_IF(!element_is_integer(x->element) || table->element != ELEMENT_I32 || table->batched);
    BUG_IF(x->shape.rank < 1 || table->shape.rank != 1 || table->shape.dim[0] != x->shape.dim[x->shape.rank - 1]);
    BUG_IF(value->step != value->hi - value->lo || value->step < 1);
    value->element = ELEMENT_LEVEL;
    value->shape = x->shape;
    value->batched = x->batched;
}

static void threshold_eval(const Value *value, const OpContext *context, const Tensor *in, Tensor out)
{
    int channels = value->shape.dim[value->shape.rank - 1];
    int64_t count = value_elements(value, context);
    for (int64_t i = 0; i < count; i++)
        out.i32[i] = in[0].i32[i] < in[1].i32[i % channels] ? value->lo : value->hi;
}

static void threshold_dump(const Value *value, Arena *arena, FILE *out)
{
    (void)value, (void)arena, (void)out;
}

const OpRow op_row_THRESHOLD = {threshold_infer, threshold_eval, threshold_dump};
