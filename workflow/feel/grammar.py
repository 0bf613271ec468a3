"""The grammar of FEEL, in lark's notation."""

GRAMMAR = r"""
// FEEL as in DMN 1.3 to 1.5. The tokens come from lexer.py: names may hold spaces and signs, so only it can tell them apart.
%declare NAME NUMBER STRING AT TRUE FALSE NULL IF THEN ELSE FOR RETURN SOME EVERY SATISFIES IN AND OR BETWEEN INSTANCE_OF
%declare FUNCTION EXTERNAL PLUS MINUS STAR SLASH POWER EQ NE LT LE GT GE LPAR RPAR LBRACK RBRACK OPEN_RANGE CLOSE_RANGE
%declare LBRACE RBRACE COMMA COLON DOT DOTS ARROW GENERIC GENERIC_CLOSE

unary_tests: test (COMMA test)*

?test: op_test | expression
op_test: (EQ | NE | LT | LE | GT | GE) additive

?expression: disjunction | tail
?tail: if_ | for_ | some_ | every_ | function_

if_: IF expression THEN expression ELSE expression
for_: FOR iteration (COMMA iteration)* RETURN expression
some_: SOME iteration (COMMA iteration)* SATISFIES expression
every_: EVERY iteration (COMMA iteration)* SATISFIES expression
iteration: NAME IN expression [DOTS expression]
function_: FUNCTION LPAR [parameter (COMMA parameter)*] RPAR [EXTERNAL] expression
parameter: NAME [COLON type]

?disjunction: conjunction | disjunction OR (conjunction | tail) -> or_
?conjunction: comparison | conjunction AND (comparison | tail) -> and_
?comparison: additive
    | comparison (EQ | NE | LT | LE | GT | GE) (additive | tail) -> compare
    | comparison BETWEEN additive AND additive -> between
    | comparison IN in_tests -> in_
in_tests: additive | op_test | LPAR test (COMMA test)+ RPAR
?additive: multiplicative | additive (PLUS | MINUS) (multiplicative | tail) -> arithmetic
?multiplicative: exponential | multiplicative (STAR | SLASH) (exponential | tail) -> arithmetic
?exponential: unary | exponential POWER (unary | tail) -> arithmetic
?unary: MINUS unary -> negate | instance
?instance: postfix | instance INSTANCE_OF type -> instance_of

?postfix: primary
    | postfix DOT NAME -> path
    | postfix LBRACK expression RBRACK -> filter
    | postfix LPAR RPAR -> call
    | postfix LPAR expression (COMMA expression)* RPAR -> call
    | postfix LPAR named (COMMA named)* RPAR -> call_named
named: NAME COLON expression

?primary: NUMBER -> number | STRING -> string | AT -> at | TRUE -> true | FALSE -> false | NULL -> null | NAME -> name
    | LPAR expression RPAR -> paren
    | LPAR op_test RPAR -> op_range
    | LBRACK [expression (COMMA expression)*] RBRACK -> list
    | (LBRACK | LPAR | OPEN_RANGE) expression DOTS expression (RBRACK | RPAR | CLOSE_RANGE) -> range
    | LBRACE [entry (COMMA entry)*] RBRACE -> context
entry: (NAME | STRING) COLON expression

type: NAME (DOT NAME)* -> named_type
    | GENERIC type GENERIC_CLOSE -> generic_type
    | GENERIC field (COMMA field)* GENERIC_CLOSE -> context_type
    | GENERIC [type (COMMA type)+] GENERIC_CLOSE ARROW type -> function_type
    | GENERIC type GENERIC_CLOSE ARROW type -> function_type
field: NAME COLON type
"""
