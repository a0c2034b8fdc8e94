/* SPDX-License-Identifier: ISC */
/* What a measuring world answers: probe records (FRAME_SAMPLES), then the rest as JSON (FRAME_RESULT). */
#ifndef DXEMU_EMUL_ANSWER_H
#define DXEMU_EMUL_ANSWER_H

#include <stdint.h>

#include "emul/phases.h"
#include "model/result.h"
#include "world/world.h"

struct answer {
	struct tcp_stats tcp;
	unsigned mss; /* 0 = no TCP */
	uint64_t duplicated[DIR_COUNT];
	struct loss_account account[DIR_COUNT];
	struct stay stay;
};

/* The world's side. */
int answer_send(int channel, const struct answer *a, const struct probe_record *rec, uint64_t n,
		struct err *err);

/* The launcher's side: collects the frames of one world; they are untrusted. */
struct answer_reader {
	struct probe_record *rec; /* room for n */
	uint64_t n, bytes;
	struct answer answer;
	bool complete;
};

int answer_reader_init(struct answer_reader *r, uint64_t n, struct err *err);
int answer_on_frame(void *reader, enum frame_type type, const uint8_t *data, size_t len);
void answer_reader_free(struct answer_reader *r);

#endif
