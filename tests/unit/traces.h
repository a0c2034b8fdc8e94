/* SPDX-License-Identifier: ISC */
/* Records of trains, made by hand and by chance. */
#ifndef DXEMU_TESTS_UNIT_TRACES_H
#define DXEMU_TESTS_UNIT_TRACES_H

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "base/util.h"
#include "tests/unit/losses.h"
#include "traffic/train.h"

#define TRACE_MAX 16

/*
 * A trace in letters, in the order of sequence numbers: '.' lost, a letter its place in the order of arrival
 * ('a' first); a capital arrived more than once. Packet i leaves at i ms and arrives as many ms after 1 s as
 * its letter says.
 */
static inline size_t trace(const char *letters, struct train_record rec[TRACE_MAX])
{
	size_t n = strlen(letters);

	cr_assert_leq(n, TRACE_MAX);
	for (size_t i = 0; i < n; i++) {
		uint32_t place = (uint32_t)(letters[i] | 0x20) - 'a' + 1;

		rec[i] = (struct train_record){ .sent_ns = (int64_t)i * NSEC_PER_MSEC };
		if (letters[i] == '.')
			continue;
		rec[i].received_ns = NSEC_PER_SEC + place * NSEC_PER_MSEC;
		rec[i].order = place;
		rec[i].copies = letters[i] & 0x20 ? 1 : 3;
	}

	return n;
}

/* Packet @i of a link without delay, a packet per ms; its place is right if nothing is lost. */
static inline struct train_record at_once(size_t i, bool lost)
{
	const int64_t ns = (int64_t)(i + 1) * NSEC_PER_MSEC;

	if (lost)
		return (struct train_record){ .sent_ns = ns };

	return (struct train_record){
		.sent_ns = ns, .received_ns = ns, .copies = 1, .order = (uint32_t)i + 1
	};
}

/* A train through a link that draws losses as the kernel does; the caller frees it. */
static inline struct train_record *drawn_train(const struct profile_dir *d, size_t n, uint64_t seed)
{
	struct train_record *rec = calloc(n, sizeof(*rec));
	struct losses losses = { .d = d, .rng = seed };

	cr_assert_not_null(rec);
	for (size_t i = 0; i < n; i++)
		rec[i] = at_once(i, lose(&losses));

	return rec;
}

#endif
