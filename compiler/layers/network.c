/* Networks: in: tensors. out: the nodes between inputs and outputs in the order in which Keras runs them (a layer called twice moves its
 * statistics in that order), and their run on a graph. */
#include "layers/apply.h"
#include "layers/network.h"

#include <string.h>

typedef struct {
    Layers *layers;
    Network *network;
    VEC(CallNode *) post;      /* children after their inputs */
    VEC(CallNode *) met;       /* in the order in which Keras gives them a depth: from the outputs on, parents in the order of their tensors */
    VEC(Layer *) found;        /* layers in the order of the walk */
    const char *owner;
    Span span;
    int first_node;
    bool failed;
} Walk;

static bool is_input(const Walk *walk, const KerasTensor *tensor)
{
    for (int i = 0; i < walk->network->inputs.count; i++)
        if (walk->network->inputs.at[i] == tensor)
            return true;
    return false;
}

static int layer_index(const Layer *const *layers, int count, const Layer *layer)
{
    for (int i = 0; i < count; i++)
        if (layers[i] == layer)
            return i;
    return -1;
}

static void walk_tensor(Walk *walk, KerasTensor *tensor)
{
    CallNode *node = tensor->node;
    if (!node || (node->id < walk->first_node && !is_own_weight(node->layer)))
        return; /* a placeholder, or what a composite captured from outside */
    if (node->seen || walk->failed || (is_input(walk, tensor) && node->layer->kind != LAYER_INPUT))
        return;
    node->seen = true;
    if (node->layer->kind == LAYER_INPUT && !is_input(walk, tensor) && walk->owner) {
        diag_note(diag_error(walk->layers->diag, walk->span, "%s: the outputs depend on '%s', which is not among the inputs", walk->owner,
                             node->layer->name), node->layer->span, "this input");
        walk->failed = true;
        return;
    }
    if (layer_index((const Layer *const *)walk->found.at, walk->found.count, node->layer) < 0)
        VEC_PUSH(walk->layers->arena, &walk->found, node->layer);
    if (!is_input(walk, tensor))
        for (int i = 0; i < node->input_count; i++)
            walk_tensor(walk, node->input[i]);
    VEC_PUSH(walk->layers->arena, &walk->post, node);
}

static void meet(Walk *walk, CallNode *node)
{
    if (!node->met)
        VEC_PUSH(walk->layers->arena, &walk->met, node);
    node->met = true;
}

/* Depth of a node: its distance from the outputs, at least that of its layer's other nodes. */
static void set_depths(Walk *walk)
{
    int *layer_depth = ARENA_ARRAY(walk->layers->arena, int, walk->found.count ? walk->found.count : 1);
    for (int i = walk->post.count - 1; i >= 0; i--) {
        CallNode *node = walk->post.at[i];
        int index = layer_index((const Layer *const *)walk->found.at, walk->found.count, node->layer);
        if (layer_depth[index] > node->depth)
            node->depth = layer_depth[index];
        layer_depth[index] = node->depth;
        meet(walk, node);
        for (int k = 0; k < node->input_count; k++) {
            CallNode *parent = node->input[k]->node;
            if (!parent || !parent->seen)
                continue;
            meet(walk, parent);
            if (parent->depth < node->depth + 1)
                parent->depth = node->depth + 1;
        }
    }
}

/* Own weights first, those that are trained before the others; then the calls as Python made them. */
static bool recorded_before(const CallNode *a, const CallNode *b)
{
    int first = is_own_weight(a->layer) ? !a->layer->trainable : 2, second = is_own_weight(b->layer) ? !b->layer->trainable : 2;
    return first == second ? a->id < b->id : first < second;
}

static void sort_recorded(Walk *walk)
{
    for (int i = 0; i < walk->post.count; i++) {
        int at = i;
        VEC_PUSH(walk->layers->arena, &walk->network->nodes, walk->post.at[i]);
        for (CallNode **nodes = walk->network->nodes.at; at > 0 && recorded_before(walk->post.at[i], nodes[at - 1]); at--)
            nodes[at] = nodes[at - 1];
        walk->network->nodes.at[at] = walk->post.at[i];
    }
}

/* Nodes by depth, deepest first; among equals in the order in which they were met. A node comes after its parents. */
static void sort_nodes(Walk *walk)
{
    int deepest = 0;
    for (int i = 0; i < walk->post.count; i++)
        if (walk->post.at[i]->depth > deepest)
            deepest = walk->post.at[i]->depth;
    for (int depth = deepest; depth >= 0; depth--)
        for (int i = 0; i < walk->met.count; i++)
            if (walk->met.at[i]->depth == depth)
                VEC_PUSH(walk->layers->arena, &walk->network->nodes, walk->met.at[i]);
}

/* Layers by the depth of their deepest node, among equals in the order of the walk. */
static void sort_layers(Walk *walk)
{
    Network *network = walk->network;
    int *depth = ARENA_ARRAY(walk->layers->arena, int, walk->found.count ? walk->found.count : 1), deepest = 0;
    for (int i = 0; i < walk->post.count; i++) {
        int index = layer_index((const Layer *const *)walk->found.at, walk->found.count, walk->post.at[i]->layer);
        if (walk->post.at[i]->depth > depth[index])
            depth[index] = walk->post.at[i]->depth;
        if (depth[index] > deepest)
            deepest = depth[index];
    }
    for (int d = deepest; d >= 0; d--)
        for (int i = 0; i < walk->found.count; i++)
            if (depth[i] == d)
                VEC_PUSH(walk->layers->arena, &network->layers, walk->found.at[i]);
}

/* Two layers of one model must not share a name. */
static bool names_differ(Walk *walk)
{
    const Network *network = walk->network;
    for (int i = 0; i < network->layers.count; i++)
        for (int k = 0; k < i; k++) {
            const Layer *a = network->layers.at[k], *b = network->layers.at[i];
            if (strcmp(a->name, b->name))
                continue;
            const Layer *later = a->span.begin > b->span.begin ? a : b, *first = later == a ? b : a;
            diag_note(diag_error(walk->layers->diag, later->name_span, "%s: two layers of the model are called '%s'", later->class_name, b->name),
                      first->name_span, "the other one");
            return false;
        }
    return true;
}

static void forget_marks(Walk *walk)
{
    for (int i = 0; i < walk->post.count; i++) {
        walk->post.at[i]->seen = walk->post.at[i]->met = false;
        walk->post.at[i]->layer->used = true;
    }
}

Network *network_new(Layers *layers, int input_count, KerasTensor *const *inputs, int output_count, KerasTensor *const *outputs, Span span,
                     const char *owner, int first_node)
{
    Walk walk = {.layers = layers, .network = ARENA_NEW(layers->arena, Network), .owner = owner, .span = span, .first_node = first_node};
    for (int i = 0; i < input_count; i++)
        VEC_PUSH(layers->arena, &walk.network->inputs, inputs[i]);
    for (int i = 0; i < output_count; i++)
        VEC_PUSH(layers->arena, &walk.network->outputs, outputs[i]);
    for (int i = 0; i < output_count; i++)
        walk_tensor(&walk, outputs[i]);
    for (int i = 0; i < input_count && owner; i++)
        walk_tensor(&walk, inputs[i]); /* inputs that nothing uses are layers of the model too */
    for (int i = 0; i < walk.post.count; i++)
        walk.post.at[i]->depth = 0;
    set_depths(&walk);
    if (owner)
        sort_nodes(&walk);
    else
        sort_recorded(&walk);
    sort_layers(&walk);
    forget_marks(&walk);
    return walk.failed || !names_differ(&walk) ? NULL : walk.network;
}

Value *environment_find(const Environment *environment, const KerasTensor *tensor)
{
    for (; environment; environment = environment->outer)
        if (tensor->id < environment->count && environment->at[tensor->id])
            return environment->at[tensor->id];
    return NULL;
}

static bool run_node(Layers *layers, Graph *graph, const CallNode *node, Environment *environment)
{
    Value *inputs[LAYER_MAX_OUTPUTS];
    for (int i = 0; i < node->input_count; i++) {
        inputs[i] = environment_find(environment, node->input[i]);
        if (!inputs[i]) {
            diag_error(layers->diag, node->span, "%s: its input does not come from this model's inputs", node->layer->class_name);
            return false;
        }
    }
    int training = node->training >= 0 ? node->training : environment->training;
    Apply apply = {.layers = layers, .graph = graph, .layer = node->layer, .span = node->span, .input = inputs,
                   .input_count = node->input_count, .training = training, .outer = environment};
    if (node->network) {
        apply.output_count = node->network->outputs.count;
        if (!network_run(layers, graph, node->network, inputs, apply.output, training, environment, NULL))
            return false;
    } else if (!layer_run(&apply)) {
        return false;
    }
    for (int i = 0; i < node->output_count && i < apply.output_count; i++)
        environment->at[node->output[i]->id] = apply.output[i];
    return true;
}

Environment environment_of_model(const Environment *outer)
{
    if (!outer)
        return (Environment){0};
    return (Environment){.outer = outer, .repeats = outer->repeats, .more_runs = (1 + outer->more_runs) * (1 + outer->wrappers) - 1};
}

bool network_run(Layers *layers, Graph *graph, const Network *network, Value *const *inputs, Value **outputs, int training,
                 const Environment *outer, Environment *kept)
{
    Environment own = {.count = layers->tensors.count, .outer = outer, .training = training, .repeats = outer ? outer->repeats : 0,
                       .more_runs = outer ? outer->more_runs : 0};
    Environment *environment = kept ? kept : &own;
    *environment = own;
    environment->at = ARENA_ARRAY(layers->arena, Value *, own.count ? own.count : 1);
    for (int i = 0; i < network->inputs.count; i++)
        environment->at[network->inputs.at[i]->id] = inputs[i];
    for (int i = 0; i < network->nodes.count; i++) {
        const CallNode *node = network->nodes.at[i];
        bool given = node->output_count && environment->at[node->output[0]->id];
        if (!given && node->layer->kind != LAYER_INPUT && !run_node(layers, graph, node, environment))
            return false;
    }
    for (int i = 0; i < network->losses.count; i++)
        VEC_PUSH(graph->arena, &graph->extra_losses, environment_find(environment, network->losses.at[i]));
    for (int i = 0; i < network->outputs.count; i++) {
        outputs[i] = environment_find(environment, network->outputs.at[i]);
        if (!outputs[i])
            return false;
    }
    return true;
}
