// SPDX-License-Identifier: ISC
#include "emul/answer.h"

#include <errno.h>
#include <jansson.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/auto.h"
#include "base/util.h"
#include "model/account_json.h"

#define CHUNK (1U << 20)

int answer_send(int channel, const struct answer *a, const struct probe_record *rec, uint64_t n,
		struct err *err)
{
	const uint8_t *data = (const uint8_t *)rec;
	size_t left = n * sizeof(*rec);
	auto_free char *text = NULL;
	json_t *doc;
	int r = 0;

	for (; left > 0 && r == 0; left -= MIN(left, CHUNK), data += CHUNK)
		r = frame_send(channel, FRAME_SAMPLES, data, MIN(left, CHUNK));

	doc = json_pack("{s:b, s:f, s:I, s:I, s:i, s:[I,I], s:f, s:s, s:o}", "tcp", a->tcp.measured,
			"goodput_bps", a->tcp.goodput_bps, "retransmits",
			(json_int_t)a->tcp.retransmits, "bytes", (json_int_t)a->tcp.bytes, "mss",
			(int)a->mss, "duplicated", (json_int_t)a->duplicated[TO_VPC],
			(json_int_t)a->duplicated[TO_ONPREM], "virtual_s", a->stay.virtual_s,
			"kernel", a->stay.kernel, "account", account_to_json(a->account));
	text = doc ? json_dumps(doc, JSON_COMPACT) : NULL;
	json_decref(doc);
	if (r == 0)
		r = text ? frame_send(channel, FRAME_RESULT, text, strlen(text)) : -ENOMEM;

	return r < 0 ? err_sys(err, r, "send the result") : 0;
}

int answer_reader_init(struct answer_reader *r, uint64_t n, struct err *err)
{
	*r = (struct answer_reader){ .rec = calloc(MAX(n, 1), sizeof(*r->rec)), .n = n };

	return r->rec ? 0 : err_sys(err, -ENOMEM, "probe records");
}

static int read_result(struct answer *a, const uint8_t *data, size_t len)
{
	json_t *doc = json_loadb((const char *)data, len, 0, NULL);
	json_int_t retransmits, bytes, dup_to_vpc, dup_to_onprem;
	int tcp, mss, r = 0;
	const json_t *account;

	if (!doc ||
	    json_unpack(doc, "{s:b, s:F, s:I, s:I, s:i, s:[I,I], s:o}", "tcp", &tcp, "goodput_bps",
			&a->tcp.goodput_bps, "retransmits", &retransmits, "bytes", &bytes, "mss",
			&mss, "duplicated", &dup_to_vpc, &dup_to_onprem, "account", &account) < 0 ||
	    account_from_json(account, a->account) < 0 || stay_from_json(doc, &a->stay) < 0 ||
	    !isfinite(a->tcp.goodput_bps)) {
		r = -EPROTO;
	} else {
		a->tcp.measured = tcp;
		a->tcp.retransmits = (uint64_t)retransmits;
		a->tcp.bytes = (uint64_t)bytes;
		a->mss = (unsigned)mss;
		a->duplicated[TO_VPC] = (uint64_t)dup_to_vpc;
		a->duplicated[TO_ONPREM] = (uint64_t)dup_to_onprem;
	}
	json_decref(doc);

	return r;
}

int answer_on_frame(void *reader, enum frame_type type, const uint8_t *data, size_t len)
{
	struct answer_reader *r = reader;
	uint64_t size = r->n * sizeof(*r->rec);
	int ret;

	if (type == FRAME_SAMPLES) {
		if (len > size - r->bytes)
			return -EPROTO;
		memcpy((uint8_t *)r->rec + r->bytes, data, len);
		r->bytes += len;
		return 0;
	}
	if (type != FRAME_RESULT)
		return 0;
	ret = r->bytes == size ? read_result(&r->answer, data, len) : -EPROTO;
	r->complete = ret == 0;

	return ret;
}

void answer_reader_free(struct answer_reader *r)
{
	free(r->rec);
	*r = (struct answer_reader){ 0 };
}
