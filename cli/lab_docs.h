/* SPDX-License-Identifier: ISC */
/* What `dxemu lab` prints of the tables of fields: the reference, and labs/lab.schema.json. */
#ifndef DXEMU_CLI_LAB_DOCS_H
#define DXEMU_CLI_LAB_DOCS_H

#include <jansson.h>

/* The reference of sections and fields, as text. */
void lab_print_keys(void);

/* JSON Schema (2020-12) of a lab's YAML; NULL if there was no memory. */
json_t *lab_schema(void);

#endif
