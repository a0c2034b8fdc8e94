// SPDX-License-Identifier: ISC
/*
 * For libFuzzer: a profile's text, and from a byte FF on (which is in no UTF-8) an assignment as --set takes it.
 * Whatever they are, nothing is read or written out of bounds, and what was accepted reads back as the same, told
 * in words: profile_write() of both is the same text, and so is the JSON.
 */
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "model/profile.h"
#include "model/profile_json.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void wrong(const char *what, const char *more)
{
	(void)fprintf(stderr, "%s: %s\n", what, more);
	abort();
}

static char *written(const struct profile *p, size_t *ret_len)
{
	char *text = NULL;
	FILE *f = open_memstream(&text, ret_len);

	if (!f)
		wrong("written", "out of memory");
	profile_write(p, f);
	(void)fclose(f);

	return text;
}

static char *told(const struct profile *p)
{
	json_t *j = profile_json(p);
	char *text = j ? json_dumps(j, JSON_COMPACT) : NULL;

	if (!text)
		wrong("profile_json", p->name);
	json_decref(j);

	return text;
}

static void expect_round_trip(const struct profile *p)
{
	size_t len, len_back;
	char *text = written(p, &len), *json = told(p), *text_back, *json_back;
	struct profile back;
	struct err err;

	if (profile_read(text, len, "written", &back, &err) < 0)
		wrong(err.msg, text);
	text_back = written(&back, &len_back);
	json_back = told(&back);
	if (strcmp(text, text_back) != 0)
		wrong(text, text_back);
	if (strcmp(json, json_back) != 0)
		wrong(json, json_back);
	free(text);
	free(json);
	free(text_back);
	free(json_back);
}

/* One line, in printable characters, says what is wrong. */
static void expect_message(const struct err *err)
{
	if (err->kind != ERR_INPUT || !err->msg[0])
		wrong("not refused as input", err->msg);
	for (const char *c = err->msg; *c; c++) {
		if ((unsigned char)*c < ' ' || *c == 0x7f)
			wrong("a control character in a message", err->msg);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const uint8_t *end = memchr(data, 0xff, size);
	size_t len = end ? (size_t)(end - data) : size;
	struct profile p;
	struct err err = { 0 };
	char *assignment;

	if (profile_read((const char *)data, len, "t.yaml", &p, &err) < 0) {
		expect_message(&err);
		return 0;
	}
	expect_round_trip(&p);
	if (!end)
		return 0;

	assignment = calloc(1, size - len);
	if (!assignment)
		wrong("assignment", "out of memory");
	memcpy(assignment, end + 1, size - len - 1);
	if (profile_set(&p, assignment, &err) < 0 || profile_check(&p, &err) < 0)
		expect_message(&err);
	else
		expect_round_trip(&p);
	free(assignment);

	return 0;
}
