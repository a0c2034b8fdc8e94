/* SPDX-License-Identifier: ISC */
/* What `dxemu profile` prints about all profiles and all keys: the list, profiles/README.md, profiles/schema.json. */
#ifndef DXEMU_CLI_PROFILE_DOCS_H
#define DXEMU_CLI_PROFILE_DOCS_H

#include <jansson.h>
#include <stddef.h>

#include "base/err.h"
#include "model/profile.h"

/*
 * shipped_profiles() - all profiles of a directory, by kind, then by the name without its speed ("dx-hosted"), then
 * by speed. The caller frees *ret. Returns 0 or -errno.
 */
int shipped_profiles(const char *dir, struct profile **ret, size_t *ret_n, struct err *err);

/* The list as a table, a link whose directions differ on two lines. */
void profile_print_list(const struct profile *profiles, size_t n);

/* A direction's figures in a few words, for tables: "10gbit", "2ms", "300us half-normal". Each returns buf. */
typedef char *profile_cell(const struct profile_dir *d, char *buf, size_t size);
profile_cell profile_rate_cell, profile_delay_cell, profile_jitter_cell;

/* With two digits: what is behind them is in `profile show`. */
char *profile_share(double ratio, char *buf, size_t size);

/* JSON Schema (2020-12) of a profile's YAML; NULL if there was no memory. */
json_t *profile_schema(void);

/* Parts of the following: how to use profiles, up to the table of them; how to write one, up to the table of keys. */
void profile_print_use(void);
void profile_print_format(void);

/* Prints profiles/README.md, with a table of the profiles of @dir. Returns 0 or -errno. */
int profile_readme(const char *dir, struct err *err);

#endif
