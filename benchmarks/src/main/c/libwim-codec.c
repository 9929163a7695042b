/* libwim-codec.c: libwim's codecs on the chunks that ours are measured on.
 *
 * libwim-codec make 1|2|3 CHUNKSIZE MIB CORPUS CHUNKS   encodes an even sample of a file
 * libwim-codec decode CHUNKS                          prints MB/s of processor time, and bytes
 * libwim-codec encode CHUNKS                          the same for encoding
 *
 * The chunk file is described at ChunkFile.java. Built with: cc -O2 libwim-codec.c -l:libwim.so.15
 */
#define _GNU_SOURCE
#define _FILE_OFFSET_BITS 64
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* The few functions used, so that the library's header need not be installed. */
extern int wimlib_create_compressor(int type, size_t size, unsigned level, void **codec);
extern size_t wimlib_compress(const void *in, size_t length, void *out, size_t room, void *codec);
extern int wimlib_create_decompressor(int type, size_t size, void **codec);
extern int wimlib_decompress(const void *in, size_t length, void *out, size_t size, void *codec);

struct chunk {
	uint32_t decoded;
	uint32_t length;
	uint8_t *data;
};

static uint32_t type, size;
static struct chunk *chunks;
static size_t count;
static uint8_t *buffer;

static void fail(const char *problem)
{
	fprintf(stderr, "libwim-codec: %s\n", problem);
	exit(1);
}

static double processor_time(void)
{
	struct timespec t;
	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
	return t.tv_sec + t.tv_nsec * 1e-9;
}

static void *codec(int encode)
{
	void *c;
	if (encode ? wimlib_create_compressor(type, size, 0, &c)
		   : wimlib_create_decompressor(type, size, &c))
		fail("cannot create the codec");
	return c;
}

static void make(double mib, const char *corpus, const char *target)
{
	FILE *in = fopen(corpus, "rb"), *out = fopen(target, "wb");
	if (!in || !out || fseeko(in, 0, SEEK_END))
		fail("cannot open the files");
	uint64_t all = ftello(in) / size, step = all / (mib * 1048576 / size);
	void *c = codec(1);
	uint8_t *chunk = malloc(size);
	uint32_t header[2] = { type, size };
	fwrite(header, 4, 2, out);
	for (uint64_t i = 0; i < all; i += step ? step : 1) {
		fseeko(in, i * size, SEEK_SET);
		if (fread(chunk, 1, size, in) != size)
			fail("cannot read the corpus");
		header[0] = size;
		header[1] = wimlib_compress(chunk, size, buffer, size - 1, c);
		if (header[1]) {
			fwrite(header, 4, 2, out);
			fwrite(buffer, 1, header[1], out);
		}
	}
	if (fclose(out))
		fail("cannot write the chunks");
}

static void load(const char *source)
{
	FILE *in = fopen(source, "rb");
	uint32_t header[2];
	if (!in || fread(header, 4, 2, in) != 2)
		fail("cannot read the chunks");
	type = header[0];
	size = header[1];
	buffer = malloc(size);
	while (fread(header, 4, 2, in) == 2) {
		if (!(count & (count - 1)))
			chunks = realloc(chunks, (count ? 2 * count : 1) * sizeof *chunks);
		struct chunk *c = &chunks[count++];
		c->decoded = header[0];
		c->length = header[1];
		c->data = malloc(c->length);
		if (fread(c->data, 1, c->length, in) != c->length)
			fail("the chunks are cut short");
	}
}

static uint64_t decode(void)
{
	void *c = codec(0);
	uint64_t total = 0;
	for (size_t i = 0; i < count; i++) {
		if (wimlib_decompress(chunks[i].data, chunks[i].length, buffer, chunks[i].decoded, c))
			fail("libwim refuses a chunk");
		total += chunks[i].decoded;
	}
	return total;
}

int main(int argc, char **argv)
{
	if (argc == 7 && !strcmp(argv[1], "make")) {
		type = atoi(argv[2]);
		size = atoi(argv[3]);
		buffer = malloc(size);
		make(atof(argv[4]), argv[5], argv[6]);
		return 0;
	}
	if (argc != 3)
		fail("see the head of the source");
	load(argv[2]);
	double begin, seconds;
	uint64_t plain = decode(), length = plain;
	if (!strcmp(argv[1], "decode")) {
		begin = processor_time();
		decode();
		seconds = processor_time() - begin;
	} else {
		uint8_t **all = malloc(count * sizeof *all);
		void *c = codec(0);
		for (size_t i = 0; i < count; i++) {
			all[i] = malloc(chunks[i].decoded);
			wimlib_decompress(chunks[i].data, chunks[i].length, all[i],
					  chunks[i].decoded, c);
		}
		c = codec(1);
		length = 0;
		begin = processor_time();
		for (size_t i = 0; i < count; i++) {
			size_t n = wimlib_compress(all[i], chunks[i].decoded, buffer,
						   chunks[i].decoded - 1, c);
			length += n ? n : chunks[i].decoded;
		}
		seconds = processor_time() - begin;
	}
	printf("%.1f %llu\n", plain / 1e6 / seconds, (unsigned long long)length);
	return 0;
}
