// SPDX-License-Identifier: ISC
/*
 * For libFuzzer: a lab's text. Whatever it is, nothing is read or written out of bounds, what is refused gets one line, and
 * what is accepted holds together: references are to objects that are there, and counts are within their arrays.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "hybrid/lab.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void wrong(const char *what, const char *more)
{
	(void)fprintf(stderr, "%s: %s\n", what, more);
	abort();
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

static void expect_ref(const struct lab *lab, struct lab_ref ref, bool needed)
{
	struct lab_ref found;
	char name[LAB_FULL_NAME_MAX];

	if (!ref.kind && !needed)
		return;
	if (ref.index >= lab_count(lab, ref.kind) ||
	    !lab_find(lab, lab_full_name(lab, ref, name, sizeof(name)), 1U << ref.kind, &found) ||
	    !lab_ref_equal(found, ref))
		wrong("a reference to nothing", lab->name);
}

static void expect_links(const struct lab *lab)
{
	for (unsigned i = 0; i < lab->n_connections; i++)
		expect_ref(lab, lab->connections[i].router, true);
	for (unsigned i = 0; i < lab->n_vifs; i++) {
		expect_ref(lab, lab->vifs[i].connection, true);
		expect_ref(lab, lab_vif_router(lab, &lab->vifs[i]), true);
		expect_ref(lab, lab->vifs[i].gateway, lab->vifs[i].type != LAB_VIF_PUBLIC);
	}
	for (unsigned i = 0; i < lab->n_vpns; i++) {
		if (lab->vpns[i].n_tunnels != LAB_TUNNELS)
			wrong("tunnels", lab->vpns[i].name);
		expect_ref(lab, lab->vpns[i].gateway, true);
		expect_ref(lab, lab->vpns[i].router, true);
		expect_ref(lab, lab->vpns[i].over, !lab->vpns[i].profile.name[0]);
	}
	for (unsigned i = 0; i < lab->n_expect; i++) {
		const struct lab_expect *e = &lab->expect[i];

		expect_ref(lab, e->from, e->verb != LAB_ESTABLISHED);
		expect_ref(lab, e->to, false);
		expect_ref(lab, e->subject, false);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct lab_dirs dirs = { .profiles = "profiles" };
	static struct lab lab;
	struct err err = { 0 };

	if (lab_read((const char *)data, size, "t.yaml", &dirs, &lab, &err) < 0)
		expect_message(&err);
	else
		expect_links(&lab);

	return 0;
}
