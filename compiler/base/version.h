/* The version of bnnc: printed by --version and at the head of every generated file. */
#ifndef BASE_VERSION_H
#define BASE_VERSION_H

#define BNNC_VERSION "0.1"

#endif
