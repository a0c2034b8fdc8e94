// SPDX-License-Identifier: ISC
#include "emul/verify_answer.h"

#include <bsd/string.h>
#include <errno.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "base/auto.h"
#include "emul/certificate.h"
#include "emul/verify.h"
#include "world/channel.h"

int verify_answer_send(int channel, const struct verification *rows, size_t n,
		       const struct stay *stay, struct err *err)
{
	json_t *list = json_array(), *doc;
	auto_free char *text = NULL;
	int r = 0;

	for (size_t i = 0; i < n && r == 0; i++) {
		const struct verification *v = &rows[i];

		r = json_array_append_new(
			list, json_pack("{s:i, s:s, s:s, s:f, s:f, s:f, s:f, s:i}", "direction",
					(int)v->dir, "quantity", v->quantity, "unit", v->unit,
					"configured", v->configured, "measured", v->measured, "low",
					v->low, "high", v->high, "verdict", (int)v->verdict));
	}
	doc = json_pack("{s:o, s:s, s:f}", "rows", list, "kernel", stay->kernel, "virtual_s",
			stay->virtual_s);
	text = r == 0 && doc ? json_dumps(doc, JSON_COMPACT) : NULL;
	json_decref(doc);
	r = text ? frame_send(channel, FRAME_RESULT, text, strlen(text)) : -ENOMEM;

	return r < 0 ? err_sys(err, r, "send the certificate") : 0;
}

/* False if it does not fit. */
static bool copy(char *to, size_t size, const char *from)
{
	return strlcpy(to, from, size) < size;
}

static int read_row(const json_t *doc, struct verification *ret)
{
	const char *quantity, *unit;
	int dir, verdict;

	if (json_unpack((json_t *)doc, "{s:i, s:s, s:s, s:F, s:F, s:F, s:F, s:i}", "direction",
			&dir, "quantity", &quantity, "unit", &unit, "configured", &ret->configured,
			"measured", &ret->measured, "low", &ret->low, "high", &ret->high, "verdict",
			&verdict) < 0)
		return -EPROTO;
	if (dir < 0 || dir >= DIR_COUNT || verdict < 0 || verdict >= VERDICT_COUNT)
		return -EPROTO;
	if (!copy(ret->quantity, sizeof(ret->quantity), quantity) ||
	    !copy(ret->unit, sizeof(ret->unit), unit))
		return -EPROTO;
	ret->dir = (enum dir)dir;
	ret->verdict = (enum verdict)verdict;

	return 0;
}

int verify_read(const char *text, size_t len, struct verification **rows, size_t *n,
		struct stay *stay, struct err *err)
{
	json_t *doc = json_loadb(text, len, 0, NULL), *list = json_object_get(doc, "rows");
	size_t more = json_array_size(list);
	struct verification *all;
	int r = json_is_array(list) && more <= CERTIFICATE_ROWS ? 0 : -EPROTO;

	if (r == 0)
		r = stay_from_json(doc, stay);
	if (r == 0) {
		all = reallocarray(*rows, *n + more + 1, sizeof(*all));
		if (all)
			*rows = all;
		else
			r = -ENOMEM;
	}
	for (size_t i = 0; i < more && r == 0; i++) {
		struct verification row = { 0 };

		r = read_row(json_array_get(list, i), &row);
		(*rows)[*n + i] = row;
	}
	json_decref(doc);
	if (r < 0)
		return err_sys(err, r, "certificate of a world");
	*n += more;

	return 0;
}
