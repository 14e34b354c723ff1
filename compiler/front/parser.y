/* The grammar of LANGUAGE.md sections 3 and 4: Python's statements and expressions. Tokens come from layout.c, nodes go to build.c.
 * What Python has and the language does not evaluate is parsed to AST_UNSUPPORTED_*. One resync rule a block: `error NEWLINE`. */
%require "3.8"
%define api.pure full
%define api.prefix {front_}
%define api.token.prefix {TOK_}
%define api.location.type {Span}
%define parse.error custom
%define parse.lac full
%locations
%expect 0
%param {Parse *parse}

%code requires {
#include "front/parse.h"
}
%code {
#define YYLLOC_DEFAULT(Current, Rhs, N)                                                                              \
    ((Current) = (N) ? (Span){parse->source, YYRHSLOC(Rhs, 1).begin, YYRHSLOC(Rhs, N).end}                           \
                     : (Span){parse->source, YYRHSLOC(Rhs, 0).end, YYRHSLOC(Rhs, 0).end})
static int front_lex(FRONT_STYPE *value, Span *span, Parse *parse);
static void front_error(Span *span, Parse *parse, const char *message);
}

%union {
    Node *node;
    Block block;
    NodeList *list;
    ParameterList parameters;
    ArgumentList arguments;
    ClauseList clauses;
    ImportList imports;
    AstOperator operator;
}

%token START_FILE START_EXPRESSION
%token NEWLINE "end of line" INDENT "indentation" DEDENT "end of the block"
%token NAME "a name" INTEGER "a number" FLOAT "a real number" STRING "a string"
%token FALSE "False" NONE "None" TRUE "True" AND "and" AS "as" ASSERT "assert" ASYNC "async" AWAIT "await" BREAK "break" CLASS "class"
%token CONTINUE "continue" DEF "def" DEL "del" ELIF "elif" ELSE "else" EXCEPT "except" FINALLY "finally" FOR "for" FROM "from"
%token GLOBAL "global" IF "if" IMPORT "import" IN "in" IS "is" LAMBDA "lambda" NONLOCAL "nonlocal" NOT "not" OR "or" PASS "pass"
%token RAISE "raise" RETURN "return" TRY "try" WHILE "while" WITH "with" YIELD "yield"
%token POWER "**" FLOOR "//" SHIFT_LEFT "<<" SHIFT_RIGHT ">>" EQUAL "==" NOT_EQUAL "!=" LESS_EQUAL "<=" GREATER_EQUAL ">="
%token ARROW "->" WALRUS ":=" ELLIPSIS "..." AUGMENT "+="
%token MATCH "match" CASE "case" TYPE "type" WITH_PAREN "( of with"

%type <block> statement statements simples simple_line suite elifs else cases case
%type <node> simple compound expr named or_test and_test not_test comparison bitor bitxor bitand shift arith term factor power awaited primary atom
%type <node> star_expr star_named value values yield annotation_opt definition decorated target targets sub subscript bound star_target
%type <node> condition_value if_statement try_statement with_statement match_statement handler star_annotation
%type <list> assign expr_list named_list target_list names decorators strings chain sub_list dict_items
%type <list> withs with_items with_item handlers conditions
%type <parameters> parameters parameter_list parameter lambda_parameters lambda_list lambda_parameter
%type <arguments> arguments argument_list bases
%type <clauses> comprehension clause
%type <imports> modules module_as names_as name_as import_names
%type <operator> comparator

%%
start:
    START_FILE file
  | START_EXPRESSION value { parse->result = $2; }
  ;

file:
    %empty
  | file statement { parse->module = build_append(parse->module, $2); }
  | file error NEWLINE { yyerrok; }
  ;

statements:
    %empty { $$ = (Block){NULL, NULL}; }
  | statements statement { $$ = build_append($1, $2); }
  | statements error NEWLINE { $$ = $1; yyerrok; }
  ;

statement:
    simple_line
  | compound { $$ = build_block($1); }
  ;

simple_line:
    simples NEWLINE
  | simples ';' NEWLINE
  ;

simples:
    simple { $$ = build_block($1); }
  | simples ';' simple { $$ = build_append($1, build_block($3)); }
  ;

suite:
    simple_line
  | NEWLINE INDENT statements DEDENT { $$ = $3; }
  ;

/* --- simple statements */

simple:
    values { $$ = build_tree(parse, AST_EXPRESSION, @$, $1, NULL); }
  | yield { $$ = build_tree(parse, AST_EXPRESSION, @$, $1, NULL); }
  | assign { $$ = build_assign(parse, $1, @$); }
  | values AUGMENT value { $$ = build_augmented(parse, $1, @2, $3, @$); }
  | values ':' expr { $$ = build_annotated(parse, $1, $3, NULL, @$); }
  | values ':' expr '=' value { $$ = build_annotated(parse, $1, $3, $5, @$); }
  | PASS { $$ = build_leaf(parse, AST_PASS, @$); }
  | BREAK { $$ = build_leaf(parse, AST_BREAK, @$); }
  | CONTINUE { $$ = build_leaf(parse, AST_CONTINUE, @$); }
  | RETURN { $$ = build_leaf(parse, AST_RETURN, @$); }
  | RETURN values { $$ = build_tree(parse, AST_RETURN, @$, $2, NULL); }
  | RAISE { $$ = build_leaf(parse, AST_RAISE, @$); }
  | RAISE expr { $$ = build_tree(parse, AST_RAISE, @$, $2, NULL); }
  | RAISE expr FROM expr { $$ = build_tree(parse, AST_RAISE, @$, $2, $4); }
  | ASSERT expr { $$ = build_assert(parse, $2, NULL, @$); }
  | ASSERT expr ',' expr { $$ = build_assert(parse, $2, $4, @$); }
  | DEL target_list comma_opt { $$ = build_items(parse, AST_DELETE, @$, $2); }
  | GLOBAL names { $$ = build_items(parse, AST_GLOBAL, @$, $2); }
  | NONLOCAL names { $$ = build_items(parse, AST_NONLOCAL, @$, $2); }
  | IMPORT modules { $$ = build_leaf(parse, AST_IMPORT, @$); $$->imports = $2.first; }
  | FROM origin IMPORT import_names { $$ = build_from_import(parse, @2, $4, @$); }
  | TYPE NAME type_parameters '=' expr { $$ = build_type(parse, @2, $5, @$); }
  ;

assign:
    values '=' value { $$ = build_list(parse, build_list(parse, NULL, $1), $3); }
  | assign '=' value { $$ = build_list(parse, $1, $3); }
  ;

value: values | yield ;

yield:
    YIELD { $$ = build_unsupported(parse, AST_UNSUPPORTED_EXPRESSION, "yield", NULL, NULL, @$); }
  | YIELD values { $$ = build_unsupported(parse, AST_UNSUPPORTED_EXPRESSION, "yield", $2, NULL, @$); }
  | YIELD FROM expr { $$ = build_unsupported(parse, AST_UNSUPPORTED_EXPRESSION, "yield from", $3, NULL, @$); }
  ;

names:
    NAME { $$ = build_list(parse, NULL, build_leaf(parse, AST_NAME, @1)); }
  | names ',' NAME { $$ = build_list(parse, $1, build_leaf(parse, AST_NAME, @3)); }
  ;

modules:
    module_as
  | modules ',' module_as { $$ = $1; $$.last->next = $3.first; $$.last = $3.first; }
  ;

module_as:
    dotted { $$ = build_import(parse, @1, @1, false, @$); }
  | dotted AS NAME { $$ = build_import(parse, @1, @3, true, @$); }
  ;

dotted: NAME | dotted '.' NAME ;

origin: dotted | dots dotted | dots ;

dots: '.' | ELLIPSIS | dots '.' | dots ELLIPSIS ;

import_names:
    '*' { $$ = build_import(parse, @1, @1, false, @$); }
  | names_as
  | '(' names_as comma_opt ')' { $$ = $2; }
  ;

names_as:
    name_as
  | names_as ',' name_as { $$ = $1; $$.last->next = $3.first; $$.last = $3.first; }
  ;

name_as:
    NAME { $$ = build_import(parse, @1, @1, false, @$); }
  | NAME AS NAME { $$ = build_import(parse, @1, @3, true, @$); }
  ;

/* --- compound statements */

compound:
    if_statement
  | WHILE named ':' suite else { $$ = build_compound(parse, AST_WHILE, @$, $2, $4, $5.first); }
  | FOR targets IN values ':' suite else { $$ = build_for(parse, $2, $4, $6, $7.first, @$); }
  | with_statement
  | try_statement
  | match_statement
  | definition
  | decorated
  | ASYNC FOR targets IN values ':' suite else { $$ = build_around(parse, "async for", NULL, build_for(parse, $3, $5, $7, $8.first, @$), @$); }
  | ASYNC with_statement { $$ = build_around(parse, "async with", NULL, $2, @$); }
  ;

if_statement:
    IF named ':' suite elifs { $$ = build_compound(parse, AST_IF, @$, $2, $4, $5.first); }
  ;

elifs:
    else
  | ELIF named ':' suite elifs { $$ = build_block(build_compound(parse, AST_IF, @$, $2, $4, $5.first)); }
  ;

else:
    %empty { $$ = (Block){NULL, NULL}; }
  | ELSE ':' suite { $$ = $3; }
  ;

with_statement:
    WITH withs ':' suite { $$ = build_with(parse, $2, $4, @$); }
  ;

withs:
    with_items
  | WITH_PAREN with_items comma_opt ')' { $$ = $2; }
  ;

with_items:
    with_item
  | with_items ',' with_item { $$ = build_pair(parse, $1, $3->keys.at[0], $3->nodes.at[0]); }
  ;

with_item:
    expr { $$ = build_pair(parse, NULL, $1, NULL); }
  | expr AS star_target { check_target(parse, $3, "assign to"); $$ = build_pair(parse, NULL, $1, $3); }
  ;

try_statement:
    TRY ':' suite handlers else { $$ = build_try(parse, $3, $4, $5, (Block){NULL, NULL}, @$); }
  | TRY ':' suite handlers else FINALLY ':' suite { $$ = build_try(parse, $3, $4, $5, $8, @$); }
  | TRY ':' suite FINALLY ':' suite { $$ = build_try(parse, $3, NULL, (Block){NULL, NULL}, $6, @$); }
  ;

handlers:
    handler { $$ = build_list(parse, NULL, $1); }
  | handlers handler { $$ = build_list(parse, $1, $2); }
  ;

handler:
    EXCEPT ':' suite { $$ = build_handler(parse, NULL, NULL, $3, @$); }
  | EXCEPT expr ':' suite { $$ = build_handler(parse, $2, NULL, $4, @$); }
  | EXCEPT expr AS NAME ':' suite { $$ = build_handler(parse, $2, &@4, $6, @$); }
  | EXCEPT '*' expr ':' suite { $$ = build_handler(parse, build_star_handled(parse, $3, @3), NULL, $5, @$); }
  | EXCEPT '*' expr AS NAME ':' suite { $$ = build_handler(parse, build_star_handled(parse, $3, @3), &@5, $7, @$); }
  ;

match_statement:
    MATCH named_list comma_opt ':' NEWLINE INDENT cases DEDENT {
        $$ = build_around(parse, "match", build_sequence(parse, $2, false, @2), $7.first, @$);
    }
  ;

cases:
    case
  | cases case { $$ = build_append($1, $2); }
  ;

case: CASE ':' suite { $$ = build_block(build_case(parse, @1, $3, @$)); } ;

decorated:
    decorators definition { $$ = build_decorated(parse, $1, $2, @$); }
  ;

decorators:
    '@' named NEWLINE { $$ = build_list(parse, NULL, $2); }
  | decorators '@' named NEWLINE { $$ = build_list(parse, $1, $3); }
  ;

definition:
    DEF NAME type_parameters '(' parameters ')' annotation_opt ':' suite { $$ = build_function(parse, @2, $5, $7, $9, @$); }
  | CLASS NAME type_parameters bases ':' suite { $$ = build_class(parse, @2, $4, $6, @$); }
  | ASYNC definition { $$ = build_around(parse, "async def", NULL, $2, @$); }
  ;

type_parameters: %empty | '[' type_list comma_opt ']' ;

type_list: type_parameter | type_list ',' type_parameter ;

type_parameter: parameter { (void)$1; } | '*' NAME '=' star_expr { (void)$4; } | POWER NAME '=' expr { (void)$4; } ;

bases:
    %empty { $$ = (ArgumentList){NULL, NULL}; }
  | '(' arguments ')' { $$ = $2; }
  ;

annotation_opt:
    %empty { $$ = NULL; }
  | ARROW expr { $$ = $2; }
  ;

/* --- parameters */

parameters:
    %empty { $$ = (ParameterList){NULL, NULL}; }
  | parameter_list comma_opt
  ;

parameter_list:
    parameter
  | parameter_list ',' parameter { $$ = build_parameters($1, $3); }
  ;

parameter:
    NAME { $$ = build_parameter(parse, PARAMETER_PLAIN, @1, true, NULL, NULL); }
  | NAME '=' expr { $$ = build_parameter(parse, PARAMETER_PLAIN, @1, true, NULL, $3); }
  | NAME ':' expr { $$ = build_parameter(parse, PARAMETER_PLAIN, @1, true, $3, NULL); }
  | NAME ':' expr '=' expr { $$ = build_parameter(parse, PARAMETER_PLAIN, @1, true, $3, $5); }
  | '*' { $$ = build_parameter(parse, PARAMETER_STAR, @1, false, NULL, NULL); }
  | '*' NAME { $$ = build_parameter(parse, PARAMETER_STAR, @2, true, NULL, NULL); }
  | '*' NAME ':' star_annotation { $$ = build_parameter(parse, PARAMETER_STAR, @2, true, $4, NULL); }
  | POWER NAME { $$ = build_parameter(parse, PARAMETER_STAR_STAR, @2, true, NULL, NULL); }
  | POWER NAME ':' expr { $$ = build_parameter(parse, PARAMETER_STAR_STAR, @2, true, $4, NULL); }
  | '/' { $$ = build_parameter(parse, PARAMETER_PLAIN, @1, false, NULL, NULL); }
  ;

star_annotation: star_expr ;

lambda_parameters:
    %empty { $$ = (ParameterList){NULL, NULL}; }
  | lambda_list comma_opt
  ;

lambda_list:
    lambda_parameter
  | lambda_list ',' lambda_parameter { $$ = build_parameters($1, $3); }
  ;

lambda_parameter:
    NAME { $$ = build_parameter(parse, PARAMETER_PLAIN, @1, true, NULL, NULL); }
  | NAME '=' expr { $$ = build_parameter(parse, PARAMETER_PLAIN, @1, true, NULL, $3); }
  | '*' { $$ = build_parameter(parse, PARAMETER_STAR, @1, false, NULL, NULL); }
  | '*' NAME { $$ = build_parameter(parse, PARAMETER_STAR, @2, true, NULL, NULL); }
  | POWER NAME { $$ = build_parameter(parse, PARAMETER_STAR_STAR, @2, true, NULL, NULL); }
  | '/' { $$ = build_parameter(parse, PARAMETER_PLAIN, @1, false, NULL, NULL); }
  ;

/* --- lists of expressions */

comma_opt: %empty | ',' ;

values:
    expr_list { $$ = build_sequence(parse, $1, false, @$); }
  | expr_list ',' { $$ = build_sequence(parse, $1, true, @$); }
  ;

expr_list:
    star_expr { $$ = build_list(parse, NULL, $1); }
  | expr_list ',' star_expr { $$ = build_list(parse, $1, $3); }
  ;

star_expr:
    expr
  | '*' bitor { $$ = build_tree(parse, AST_STARRED, @$, $2, NULL); }
  ;

named_list:
    star_named { $$ = build_list(parse, NULL, $1); }
  | named_list ',' star_named { $$ = build_list(parse, $1, $3); }
  ;

star_named:
    named
  | '*' bitor { $$ = build_tree(parse, AST_STARRED, @$, $2, NULL); }
  ;

targets:
    target_list { $$ = build_sequence(parse, $1, false, @$); check_target(parse, $$, "assign to"); }
  | target_list ',' { $$ = build_sequence(parse, $1, true, @$); check_target(parse, $$, "assign to"); }
  ;

target_list:
    target { $$ = build_list(parse, NULL, $1); }
  | target_list ',' target { $$ = build_list(parse, $1, $3); }
  ;

target:
    bitor
  | '*' bitor { $$ = build_tree(parse, AST_STARRED, @$, $2, NULL); }
  ;

star_target: bitor ;

/* --- expressions */

named:
    expr
  | NAME WALRUS expr { $$ = build_unsupported(parse, AST_UNSUPPORTED_EXPRESSION, ":=", build_leaf(parse, AST_NAME, @1), $3, @$); }
  ;

expr:
    or_test
  | or_test IF or_test ELSE expr { $$ = build_conditional(parse, $1, $3, $5, @$); }
  | LAMBDA lambda_parameters ':' expr { $$ = build_lambda(parse, $2, $4, @$); }
  ;

or_test:
    and_test
  | or_test OR and_test { $$ = build_tree(parse, AST_OR, @$, $1, $3); }
  ;

and_test:
    not_test
  | and_test AND not_test { $$ = build_tree(parse, AST_AND, @$, $1, $3); }
  ;

not_test:
    comparison
  | NOT not_test { $$ = build_operator(parse, OP_NOT, @$, $2, NULL); }
  ;

comparison:
    bitor
  | chain { $$ = build_compare(parse, $1, @$); }
  ;

chain:
    bitor comparator bitor { $$ = build_comparison(parse, build_list(parse, NULL, $1), $2, $3); }
  | chain comparator bitor { $$ = build_comparison(parse, $1, $2, $3); }
  ;

comparator:
    '<' { $$ = OP_LESS; }
  | '>' { $$ = OP_GREATER; }
  | LESS_EQUAL { $$ = OP_LESS_EQUAL; }
  | GREATER_EQUAL { $$ = OP_GREATER_EQUAL; }
  | EQUAL { $$ = OP_EQUAL; }
  | NOT_EQUAL { $$ = OP_NOT_EQUAL; }
  | IN { $$ = OP_IN; }
  | NOT IN { $$ = OP_NOT_IN; }
  | IS { $$ = OP_IS; }
  | IS NOT { $$ = OP_IS_NOT; }
  ;

bitor:
    bitxor
  | bitor '|' bitxor { $$ = build_operator(parse, OP_BIT_OR, @$, $1, $3); }
  ;

bitxor:
    bitand
  | bitxor '^' bitand { $$ = build_operator(parse, OP_BIT_XOR, @$, $1, $3); }
  ;

bitand:
    shift
  | bitand '&' shift { $$ = build_operator(parse, OP_BIT_AND, @$, $1, $3); }
  ;

shift:
    arith
  | shift SHIFT_LEFT arith { $$ = build_operator(parse, OP_SHIFT_LEFT, @$, $1, $3); }
  | shift SHIFT_RIGHT arith { $$ = build_operator(parse, OP_SHIFT_RIGHT, @$, $1, $3); }
  ;

arith:
    term
  | arith '+' term { $$ = build_operator(parse, OP_ADD, @$, $1, $3); }
  | arith '-' term { $$ = build_operator(parse, OP_SUBTRACT, @$, $1, $3); }
  ;

term:
    factor
  | term '*' factor { $$ = build_operator(parse, OP_MULTIPLY, @$, $1, $3); }
  | term '/' factor { $$ = build_operator(parse, OP_DIVIDE, @$, $1, $3); }
  | term FLOOR factor { $$ = build_operator(parse, OP_FLOOR_DIVIDE, @$, $1, $3); }
  | term '%' factor { $$ = build_operator(parse, OP_MODULO, @$, $1, $3); }
  | term '@' factor { $$ = build_operator(parse, OP_MATMUL, @$, $1, $3); }
  ;

factor:
    power
  | '-' factor { $$ = build_operator(parse, OP_NEGATE, @$, $2, NULL); }
  | '+' factor { $$ = build_operator(parse, OP_PLUS, @$, $2, NULL); }
  | '~' factor { $$ = build_operator(parse, OP_INVERT, @$, $2, NULL); }
  ;

power:
    primary
  | awaited
  | primary POWER factor { $$ = build_operator(parse, OP_POWER, @$, $1, $3); }
  | awaited POWER factor { $$ = build_operator(parse, OP_POWER, @$, $1, $3); }
  ;

awaited: AWAIT primary { $$ = build_unsupported(parse, AST_UNSUPPORTED_EXPRESSION, "await", $2, NULL, @$); } ;

primary:
    atom
  | primary '.' NAME { $$ = build_attribute(parse, $1, @3, @$); }
  | primary '(' arguments ')' { $$ = build_call(parse, $1, $3, @$); }
  | primary '[' subscript ']' { $$ = build_tree(parse, AST_SUBSCRIPT, @$, $1, $3); }
  ;

arguments:
    %empty { $$ = (ArgumentList){NULL, NULL}; }
  | argument_list comma_opt
  ;

argument_list:
    named { $$ = build_argument(parse, (ArgumentList){NULL, NULL}, ARGUMENT_POSITIONAL, NULL, $1); }
  | expr '=' expr { $$ = build_argument(parse, (ArgumentList){NULL, NULL}, ARGUMENT_KEYWORD, $1, $3); }
  | '*' expr { $$ = build_argument(parse, (ArgumentList){NULL, NULL}, ARGUMENT_STAR, NULL, $2); }
  | POWER expr { $$ = build_argument(parse, (ArgumentList){NULL, NULL}, ARGUMENT_STAR_STAR, NULL, $2); }
  | named comprehension {
        $$ = build_generator(parse, (ArgumentList){NULL, NULL}, build_comprehension(parse, AST_GENERATOR, $1, NULL, $2, @$));
    }
  | argument_list ',' named { $$ = build_argument(parse, $1, ARGUMENT_POSITIONAL, NULL, $3); }
  | argument_list ',' expr '=' expr { $$ = build_argument(parse, $1, ARGUMENT_KEYWORD, $3, $5); }
  | argument_list ',' '*' expr { $$ = build_argument(parse, $1, ARGUMENT_STAR, NULL, $4); }
  | argument_list ',' POWER expr { $$ = build_argument(parse, $1, ARGUMENT_STAR_STAR, NULL, $4); }
  | argument_list ',' named comprehension {
        Span span = {parse->source, @3.begin, @4.end};
        $$ = build_generator(parse, $1, build_comprehension(parse, AST_GENERATOR, $3, NULL, $4, span));
    }
  ;

subscript:
    sub_list { $$ = build_sequence(parse, $1, $1->nodes.at[0]->kind == AST_STARRED, @$); }
  | sub_list ',' { $$ = build_sequence(parse, $1, true, @$); }
  ;

sub_list:
    sub { $$ = build_list(parse, NULL, $1); }
  | sub_list ',' sub { $$ = build_list(parse, $1, $3); }
  ;

sub:
    star_named
  | bound ':' bound { @$.begin = $1 ? @1.begin : @2.begin; $$ = build_slice(parse, $1, $3, NULL, @$); }
  | bound ':' bound ':' bound { @$.begin = $1 ? @1.begin : @2.begin; $$ = build_slice(parse, $1, $3, $5, @$); }
  ;

bound:
    %empty { $$ = NULL; }
  | expr
  ;

comprehension:
    clause
  | comprehension clause { $$ = $1; $$.last->next = $2.first; $$.last = $2.first; }
  ;

clause:
    FOR targets IN or_test conditions { $$ = build_clause(parse, $2, $4, $5, false, @$); }
  | ASYNC FOR targets IN or_test conditions { $$ = build_clause(parse, $3, $5, $6, true, @$); }
  ;

conditions:
    %empty { $$ = NULL; }
  | conditions IF condition_value { $$ = build_list(parse, $1, $3); }
  ;

condition_value: or_test ;

atom:
    NAME { $$ = build_leaf(parse, AST_NAME, @$); }
  | INTEGER { $$ = literal_number(parse, @$, false); }
  | FLOAT { $$ = literal_number(parse, @$, true); }
  | strings { $$ = literal_join(parse, $1, @$); }
  | NONE { $$ = build_leaf(parse, AST_NONE, @$); }
  | TRUE { $$ = build_leaf(parse, AST_TRUE, @$); }
  | FALSE { $$ = build_leaf(parse, AST_FALSE, @$); }
  | ELLIPSIS { $$ = build_leaf(parse, AST_ELLIPSIS, @$); }
  | '(' ')' { $$ = build_leaf(parse, AST_TUPLE, @$); }
  | '(' yield ')' { $$ = $2; }
  | '(' named_list ')' {
        $$ = build_sequence(parse, $2, false, @$);
        if ($$->kind == AST_STARRED)
            diag_hint(diag_error(parse->diag, $$->span, "a starred expression cannot stand alone"), "a tuple of one needs a comma");
    }
  | '(' named_list ',' ')' { $$ = build_sequence(parse, $2, true, @$); }
  | '(' named comprehension ')' { $$ = build_comprehension(parse, AST_GENERATOR, $2, NULL, $3, @$); }
  | '[' ']' { $$ = build_leaf(parse, AST_LIST, @$); }
  | '[' named_list comma_opt ']' { $$ = build_items(parse, AST_LIST, @$, $2); }
  | '[' named comprehension ']' { $$ = build_comprehension(parse, AST_LIST_COMPREHENSION, $2, NULL, $3, @$); }
  | '{' '}' { $$ = build_leaf(parse, AST_DICT, @$); }
  | '{' named_list comma_opt '}' { $$ = build_items(parse, AST_SET, @$, $2); }
  | '{' named comprehension '}' { $$ = build_comprehension(parse, AST_SET_COMPREHENSION, $2, NULL, $3, @$); }
  | '{' dict_items comma_opt '}' { $$ = build_items(parse, AST_DICT, @$, $2); }
  | '{' expr ':' expr comprehension '}' { $$ = build_comprehension(parse, AST_DICT_COMPREHENSION, $2, $4, $5, @$); }
  ;

dict_items:
    expr ':' expr { $$ = build_pair(parse, NULL, $1, $3); }
  | POWER bitor { $$ = build_pair(parse, NULL, NULL, $2); }
  | dict_items ',' expr ':' expr { $$ = build_pair(parse, $1, $3, $5); }
  | dict_items ',' POWER bitor { $$ = build_pair(parse, $1, NULL, $4); }
  ;

strings:
    STRING { $$ = build_list(parse, NULL, literal_string(parse, @1)); }
  | strings STRING { $$ = build_list(parse, $1, literal_string(parse, @2)); }
  ;
%%

static int front_lex(FRONT_STYPE *value, Span *span, Parse *parse)
{
    (void)value;
    return layout_next(parse, span);
}

/* Only bison itself calls this, when its stack is full. */
static void front_error(Span *span, Parse *parse, const char *message)
{
    (void)message;
    diag_error(parse->diag, *span, "this is nested too deeply");
}

static int yyreport_syntax_error(const yypcontext_t *context, Parse *parse)
{
    yysymbol_kind_t kinds[YYNTOKENS];
    const char *names[YYNTOKENS];
    int count = yypcontext_expected_tokens(context, kinds, YYNTOKENS);
    if (count < 0)
        return count;
    for (int i = 0; i < count; i++)
        names[i] = yysymbol_name(kinds[i]);
    syntax_report(parse, names, count);
    return 0;
}
