/* Builders of statements with blocks, of functions and of the two expressions that look like them. */
#include "front/parse.h"

Node *build_annotated(Parse *parse, Node *target, Node *annotation, Node *value, Span span)
{
    Node *node = build_node(parse, AST_ANNOTATED, span);
    check_target(parse, target, "annotate");
    node->left = target;
    node->test = annotation;
    node->right = value;
    return build_seal(parse, node);
}

Node *build_assert(Parse *parse, Node *test, Node *message, Span span)
{
    Node *node = build_node(parse, AST_ASSERT, span);
    node->test = test;
    node->right = message;
    return build_seal(parse, node);
}

Node *build_from_import(Parse *parse, Span origin, ImportList names, Span span)
{
    Node *node = build_leaf(parse, AST_FROM_IMPORT, span);
    node->text = build_dotted(parse, origin);
    node->name_span = origin;
    node->imports = names.first;
    return node;
}

Node *build_type(Parse *parse, Span name, Node *value, Span span)
{
    return build_unsupported(parse, AST_UNSUPPORTED_STATEMENT, "type", build_leaf(parse, AST_NAME, name), value, span);
}

/* What is not evaluated around statements that are kept: async, match. */
Node *build_around(Parse *parse, const char *construct, Node *subject, Node *body, Span span)
{
    Node *node = build_unsupported(parse, AST_UNSUPPORTED_STATEMENT, construct, subject, NULL, span);
    node->body = body;
    return build_seal(parse, node);
}

Node *build_with(Parse *parse, NodeList *items, Block body, Span span)
{
    Node *node = build_node(parse, AST_WITH, span);
    build_take(node, items);
    node->body = body.first;
    return build_seal(parse, node);
}

/* handlers NULL: none */
Node *build_try(Parse *parse, Block body, NodeList *handlers, Block orelse, Block finally, Span span)
{
    Node *node = build_node(parse, AST_TRY, span);
    if (handlers)
        build_take(node, handlers);
    node->body = body.first;
    node->orelse = orelse.first;
    node->finally = finally.first;
    return build_seal(parse, node);
}

/* type NULL: every exception; name NULL: it is not bound */
Node *build_handler(Parse *parse, Node *type, const Span *name, Block body, Span span)
{
    Node *node = build_compound(parse, AST_HANDLER, span, NULL, body, NULL);
    node->left = type;
    if (name) {
        node->text = build_name(parse, *name);
        node->name_span = *name;
    }
    return build_seal(parse, node);
}

Node *build_star_handled(Parse *parse, Node *type, Span span)
{
    return build_unsupported(parse, AST_UNSUPPORTED_EXPRESSION, "except*", type, NULL, span);
}

Node *build_function(Parse *parse, Span name, ParameterList parameters, Node *result, Block body, Span span)
{
    Node *node = build_definition(parse, AST_DEF, name, body, span);
    node->parameters = build_parameters_done(parse, parameters);
    node->right = result;
    return build_seal(parse, node);
}

Node *build_class(Parse *parse, Span name, ArgumentList bases, Block body, Span span)
{
    Node *node = build_definition(parse, AST_CLASS, name, body, span);
    build_check_arguments(parse, bases);
    node->arguments = bases.first;
    return build_seal(parse, node);
}

Node *build_conditional(Parse *parse, Node *value, Node *test, Node *otherwise, Span span)
{
    Node *node = build_node(parse, AST_CONDITIONAL, span);
    node->left = value;
    node->test = test;
    node->right = otherwise;
    return build_seal(parse, node);
}

Node *build_lambda(Parse *parse, ParameterList parameters, Node *value, Span span)
{
    Node *node = build_node(parse, AST_LAMBDA, span);
    node->parameters = build_parameters_done(parse, parameters);
    node->left = value;
    return build_seal(parse, node);
}
