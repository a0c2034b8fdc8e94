/* SPDX-License-Identifier: ISC */
/* What people wrote, for messages to them. */
#ifndef DXEMU_BASE_TEXT_H
#define DXEMU_BASE_TEXT_H

#include <stddef.h>

/* For messages: @text shortened, without control characters; returns buf. */
char *text_for_message(const char *text, char *buf, size_t size);

/* What is wrong with one line of text, UTF-8, that is to go into @size bytes with its NUL byte; or NULL. */
const char *text_fault(const char *text, size_t size);

/* The candidate with the smallest edit distance, or NULL where nothing is near. */
const char *nearest(const char *text, const char *const *candidates, size_t n);

#endif
