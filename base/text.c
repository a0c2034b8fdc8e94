// SPDX-License-Identifier: ISC
#include "base/text.h"

#include <jansson.h>
#include <stdint.h>
#include <string.h>

#include "base/util.h"

char *text_for_message(const char *text, char *buf, size_t size)
{
	size_t n = strnlen(text, size - 1);

	memcpy(buf, text, n);
	buf[n] = '\0';
	if (text[n] && n > 3)
		memcpy(buf + n - 3, "...", 3);
	for (char *c = buf; *c; c++) {
		if ((unsigned char)*c < ' ' || *c == 0x7f)
			*c = '?';
	}

	return buf;
}

static size_t distance(const char *a, const char *b)
{
	size_t row[64], n = strlen(b);

	for (size_t j = 0; j <= n; j++)
		row[j] = j;
	for (size_t i = 0; a[i]; i++) {
		size_t diagonal = row[0];

		row[0] = i + 1;
		for (size_t j = 0; j < n; j++) {
			size_t change = diagonal + (a[i] != b[j]);

			diagonal = row[j + 1];
			row[j + 1] = MIN(change, MIN(row[j], row[j + 1]) + 1);
		}
	}

	return row[n];
}

const char *nearest(const char *text, const char *const *candidates, size_t n)
{
	size_t length = strlen(text), best_score = SIZE_MAX;
	const char *best = NULL;

	/* Nobody means a name by typing ten times as much. */
	if (length > 63)
		return NULL;

	for (size_t i = 0; i < n; i++) {
		size_t other = strlen(candidates[i]);
		size_t longer = MAX(length, other), d, score;

		if (longer > 63)
			continue;
		d = distance(text, candidates[i]);
		/* Of two at the same distance, the one of like length: a letter is mistyped sooner. */
		score = 64 * d + longer - MIN(length, other);
		/* Farther than two thirds of the letters is a different word. */
		if (score < best_score && 3 * d <= 2 * longer) {
			best = candidates[i];
			best_score = score;
		}
	}

	return best;
}

const char *text_fault(const char *text, size_t size)
{
	json_t *utf8;

	if (!*text)
		return "empty";
	if (strlen(text) >= size)
		return "too long";
	for (const char *c = text; *c; c++) {
		if ((unsigned char)*c < ' ' || *c == 0x7f)
			return "contains a control character";
	}
	utf8 = json_string(text);
	if (!utf8)
		return "not UTF-8";
	json_decref(utf8);

	return NULL;
}
