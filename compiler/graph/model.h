/* Model: what the evaluated file means: the semantic graph in inference and in training form is built from it, and
 * `summary`, `train` and the reports read their tables from it. */
#ifndef GRAPH_MODEL_H
#define GRAPH_MODEL_H

#include "graph/graph.h"

/* One row of `bnnc summary`: a layer as the user sees it. */
typedef struct LayerInfo LayerInfo;
struct LayerInfo {
    const char *class_name;      /* "QuantConv2D" */
    const char *name;            /* "quant_conv2d_1" */
    Span span;
    Shape output_shape;
    int input_precision;         /* bits of the input quantizer, 0: none, -1: quantizer without a precision */
    VEC(Variable *) variables;   /* in Keras' order */
    Value *output;               /* of the first call, in the semantic graph; NULL for multi-output layers */
    bool is_batchnorm;
    bool counts_macs;            /* Larq's rule (reference: models.summary): conv 1D/2D, depthwise, separable, dense */
    bool zero_macs;              /* Flatten, BN, Max/AveragePooling1D/2D print 0; the others "?" */
    VEC(LayerInfo *) inner;      /* layers of a nested model */
    const char *outputs_text;    /* several outputs: their shapes as Larq's summary prints them; else NULL */
};

/* A number of an optimizer that callbacks change while training runs: a scalar among the state variables. */
typedef struct {
    const char *variable;        /* "learning_rate", "bop_gamma" */
    float initial;
} Hyperparameter;

/* Optimizer of one variable: an update rule traced to Expr. ARG 0 = w, 1 = g, 2 = step (0 at the first update, as float32), 3 = rate scale, then slots,
 * then hyperparameters. */
typedef struct {
    const char *name;            /* "Adam" */
    int slot_count;
    const char *slot_name[8];    /* "m", "v" */
    float slot_initial[8];       /* a value, or NAN: "starts as the variable" */
    const Shape *slot_shape[8];  /* NULL: the variable's */
    int hyper_count;
    Hyperparameter hyper[4];
    float global_clipnorm;       /* over 0: the gradients of all variables of `group` are scaled down together to this norm */
    const void *group;
    bool undecayed;              /* the caller's: weight_decay leaves this weight alone */
    bool averages;               /* the last slot is a moving average of the weight, which takes its value when training ends (use_ema) */
    const Expr *new_weight;      /* may contain REDUCE */
    const Expr *new_slot[8];
} UpdateRule;

/* A metric of one output: the mean over everything of its only part or, of the sums of its parts over the samples, `result`: ARG 0 is the
 * number of samples, 1... the sums, each one number or part_size of them. Of a part ARG 0 = label, 1 = output, 2 = 0, 1, 2, ... along the last
 * axis; with `steps`, 3 = 0 to steps - 1 along an axis of its own behind that. */
enum { METRIC_PARTS = 8, METRIC_NUMBERS = 16384 }; /* the second: of all parts of a model */
typedef struct {
    const char *name;            /* as Keras logs it: "accuracy", "policy_accuracy" */
    int output;
    bool classes;                /* the label is the class numbers themselves, last axis 1; else one-hot where the loss is sparse */
    bool logits;                 /* the output is what goes into its last activation */
    bool loss;                   /* the loss of this output, which several outputs log; no parts */
    int steps;
    int part_count;
    const Expr *part[METRIC_PARTS];
    int part_size[METRIC_PARTS];
    const Expr *result;          /* NULL: the mean */
} Metric;
int metric_numbers(const Metric *metric);          /* of all its parts together */
int graph_metric_numbers(const Graph *graph);      /* of all metrics: what a training step gives */
/* The metric from the sums of its parts over the samples, metric_numbers of them. */
float metric_value(const Metric *metric, const double *sums, int samples);

enum { CLASS_NONE = -0x7fffffff };

typedef struct {
    bool present;                /* model.compile was called */
    Span span;
    /* one per output: the loss per sample (rank as Keras leaves it) of ARG 0 = label, ARG 1 = output, ARG 2 = 0, 1, ... along the last axis; the mean
     * over everything is the loss */
    const Expr **loss;
    float *loss_weight;
    bool *loss_sum;              /* reduction="sum": the sum over everything instead */
    bool *sparse_labels;         /* label is an integer class */
    int *ignored_class;          /* a label that may be no class of the output's, and counts for nothing; CLASS_NONE: none; NULL: none anywhere */
    bool *loss_from_logits;      /* the trainer feeds the pre-softmax value (Keras does so for a final softmax) */
    const char **loss_name;
    VEC(Metric) metrics;         /* in the order in which they are logged */
    UpdateRule **rule;           /* one per graph variable (NULL: not trained) */
} CompileInfo;

typedef enum {
#define CALLBACK(name, module, arguments, help) CALLBACK_##name,
#include "graph/callbacks.def"
#undef CALLBACK
} CallbackKind;

/* Numbers, truth values as 0 and 1; text; None is NAN and NULL. */
typedef struct { const char *name; double number; const char *text; } CallbackArgument;

typedef struct {
    CallbackKind kind;
    Span span;
    const CallbackArgument *arguments;
    int argument_count;
    /* Schedulers: the value at t (epoch or step) where it is `now`; false: the file's function gave no number. */
    bool (*schedule)(void *context, int64_t t, double now, double *value);
    void *context;
    const char *variable;        /* the hyperparameter that it sets, NULL: none */
} Callback;

typedef struct {
    int epochs, batch_size;      /* 0: not given */
    double validation_split;     /* <0: not given */
    int shuffle;                 /* -1: not given */
    int initial_epoch;
    int steps_per_epoch, validation_steps; /* 0: all there are */
    int validation_freq;         /* validation after every so many epochs; 0: after each, or after validation_epochs */
    const int *validation_epochs; /* the epochs, counted from 1, that it comes after; NULL: as validation_freq says */
    int validation_epoch_count;
    bool validate_on_test;       /* validation_data is the test half of a known data set */
    const float *class_weight;   /* of the training loss, by class; NULL: none */
    int class_weight_count;
    VEC(Callback) callbacks;     /* in their order */
    double input_scale, input_offset; /* how the script scales u8 data sets: x*scale + offset; 1, 0 when unknown */
    bool input_scale_known;
} FitInfo;

typedef struct {
    const char *name;            /* "sequential", "model" */
    Span span;
    Graph *graph;                /* semantic; dropout and other training-only layers hold OP_RANDOM guarded by `training` */
    VEC(LayerInfo *) layers;
    CompileInfo compile;
    FitInfo fit;
    bool summarized;             /* the file asks for its summary: larq.models.summary(model), model.summary() */
    bool summarized_without_macs; /* with include_macs=False */
} Model;

#endif
