/* Made of the OpenAPI document by `npm run client-types`. */

/**
 * The public name of a user: 1 to 30 lower-case letters, digits, `-`, `_` and `.`.
 *
 */
export type Handle = string;
export type Change = (PhotoUpsert | PhotoDelete | AlbumUpsert | AlbumDelete) | OtherChange;

/**
 * What each operation takes and answers, by its method and path.
 */
export interface Operations {
  /**
   * Uploads one photo. It shows in the very next read.
   */
  'post /v1/photos': {
    query: {
      /**
       * `allow` makes a new photo even of bytes that the account has already.
       */
      duplicates?: 'allow';
    };
    header: {
      /**
       * A text of 1 to 255 characters that the client chooses for this request. A repeat with the same key within 7 days gets the first reply again, rendered again and marked `Idempotent-Replayed: true`.
       */
      'Idempotency-Key'?: string;
      /**
       * If given, the bytes of the file must have this digest: `sha-256=:<base64>:` (RFC 9530). It also proves that a file without an end marker is whole, where nothing in the file does.
       */
      'Repr-Digest'?: string;
    };
    form: {
      caption?: string;
      /**
       * What the picture shows, for those who cannot see it.
       */
      alt?: string;
      takenAt?: '' | (string & {});
      /**
       * If given, the bytes must have this digest. It also proves that a file without an end marker is whole.
       */
      sha256?: '' | (string & {});
      /**
       * The picture. A file without its end marker is accepted when the decoder misses nothing in it. Where data may be missing, send `sha256` or `Repr-Digest` as well.
       */
      image: Blob;
      /**
       * A JPEG, PNG or WebP of it. TIFF (raw files among them) and JPEG XL must have one; a picture that takes too much memory to decode may have one, all others none.
       */
      preview?: Blob;
    };
    reply: {
      status: 'created' | 'duplicate' | 'restored';
      photo: Photo;
    };
  };
  /**
   * Finds which bytes the account has already, so that the client need not send them.
   */
  'post /v1/photos/check': {
    body: {
      /**
       * @minItems 1
       * @maxItems 500
       */
      sha256: string[];
    };
    reply: {
      /**
       * In the order of the request.
       */
      items: {
        sha256: string;
        status: 'present' | 'trashed' | 'missing';
        /**
         * The photo that has these bytes.
         */
        id?: string;
      }[];
    };
  };
  /**
   * Edits up to 50 photos at once, with a result for each.
   */
  'patch /v1/photos/batch': {
    body: {
      /**
       * @minItems 1
       * @maxItems 50
       */
      items: BatchEdit[];
    };
    reply: {
      /**
       * One for each item, in the order of the request. An item that fails does not affect the others.
       */
      results: (
        | {
            status: 'edited';
            photo: Photo;
          }
        | {
            status: 'failed';
            problem: Problem;
          }
      )[];
    };
  };
  /**
   * Turns finished uploads into photos, with a result for each.
   */
  'post /v1/photos/batch': {
    header: {
      /**
       * A text of 1 to 255 characters that the client chooses for this request. A repeat with the same key within 7 days gets the first reply again, rendered again and marked `Idempotent-Replayed: true`.
       */
      'Idempotency-Key'?: string;
    };
    body: {
      /**
       * @minItems 1
       * @maxItems 50
       */
      items: BatchItem[];
    };
    reply: {
      /**
       * One for each item, in the order of the request. An item that fails does not affect the others.
       */
      results: (
        | {
            status: 'created' | 'duplicate' | 'restored';
            photo: Photo;
          }
        | {
            status: 'failed';
            problem: Problem;
          }
      )[];
    };
  };
  /**
   * Moves up to 50 photos to the trash, with a result for each. May be repeated.
   */
  'post /v1/photos/batch/trash': {
    body: {
      /**
       * @minItems 1
       * @maxItems 50
       *
       * Items: The id of a photo.
       */
      ids: string[];
    };
    reply: {
      /**
       * One for each id, in the order of the request.
       */
      results: (
        | {
            status: 'trashed';
            id: string;
          }
        | {
            status: 'failed';
            problem: Problem;
          }
      )[];
    };
  };
  /**
   * One photo.
   */
  'get /v1/photos/{id}': {
    path: {
      /**
       * The id of a photo.
       */
      id: string;
    };
    header: {
      /**
       * ETags that the client has. If one still holds, the reply is 304.
       */
      'If-None-Match'?: string;
    };
    reply: Photo;
  };
  /**
   * Changes what the owner may change.
   */
  'patch /v1/photos/{id}': {
    path: {
      /**
       * The id of a photo.
       */
      id: string;
    };
    header: {
      /**
       * The ETag that was read: only its revision counts. If the thing has been edited since, 412 shows it.
       */
      'If-Match'?: string;
    };
    body: PhotoEdit;
    reply: Photo;
  };
  /**
   * Moves the photo to the trash. May be repeated.
   */
  'delete /v1/photos/{id}': {
    path: {
      /**
       * The id of a photo.
       */
      id: string;
    };
    header: {
      /**
       * The ETag that was read: only its revision counts. If the thing has been edited since, 412 shows it.
       */
      'If-Match'?: string;
    };
    reply: undefined;
  };
  /**
   * Takes the photo out of the trash.
   */
  'post /v1/photos/{id}/restore': {
    path: {
      /**
       * The id of a photo.
       */
      id: string;
    };
    header: {
      /**
       * The ETag that was read: only its revision counts. If the thing has been edited since, 412 shows it.
       */
      'If-Match'?: string;
    };
    reply: Photo;
  };
  /**
   * Starts another attempt to make the smaller sizes of a photo that has none. May be repeated.
   */
  'post /v1/photos/{id}/retry': {
    path: {
      /**
       * The id of a photo.
       */
      id: string;
    };
    reply: Photo;
  };
  /**
   * The bytes of one size, or the original as it was uploaded.
   */
  'get /v1/photos/{id}/image/{size}': {
    path: {
      /**
       * The id of a photo.
       */
      id: string;
      /**
       * At most 256, 640, 1280 or 2048 pixels at the longer side, or the file as it was uploaded.
       */
      size: 'thumb' | 'small' | 'medium' | 'large' | 'original';
    };
    query: {
      /**
       * The token that the URLs of a photo carry, instead of an Authorization header. It changes every 12 hours, and the picture does not: `No-Vary-Search` says so.
       */
      t?: string;
      /**
       * How often the photo had been rotated when the URL was made; absent for never. When the owner has rotated it since, the reply shows the photo as it is now and says `no-cache`.
       */
      v?: string;
      /**
       * As `t`, in URLs of the first release.
       */
      token?: string;
      /**
       * `auto` sends the best existing format that `Accept` allows. A named format is made if it does not exist, and kept.
       */
      format?: 'auto' | 'avif' | 'webp' | 'jpeg';
    };
    header: {
      /**
       * The `ETag` of what you have already.
       */
      'If-None-Match'?: string;
      /**
       * Without `format`, a client that names `image/webp` or `image/avif` gets that.
       */
      Accept?: string;
      /**
       * One range of bytes.
       */
      Range?: string;
      /**
       * The `ETag` of what the range is a part of.
       */
      'If-Range'?: string;
    };
    reply: Blob;
  };
  /**
   * One page of your open uploads, the latest first, with how far each is. Asking a session how far it is may interrupt a request that sends to it. The sender then asks the session too, and continues.
   */
  'get /v1/uploads': {
    query: {
      /**
       * Uploads on a page: 50 unless given, and never more.
       */
      limit?: number;
      /**
       * The `next` or `prev` of a page, unchanged. The requested page begins there.
       */
      cursor?: string;
    };
    header: {
      /**
       * ETags that the client has. If one still holds, the reply is 304.
       */
      'If-None-Match'?: string;
    };
    reply: UploadPage;
  };
  /**
   * Opens a resumable session straight to the bucket: for large files and for flaky networks.
   */
  'post /v1/uploads': {
    header: {
      /**
       * A text of 1 to 255 characters that the client chooses for this request. A repeat with the same key within 7 days gets the first reply again, rendered again and marked `Idempotent-Replayed: true`.
       */
      'Idempotency-Key'?: string;
    };
    body: {
      /**
       * Size of the file, 209715200 at the most.
       */
      bytes: number;
      /**
       * Of the file. `image/heif` may be HEIC or AVIF; `image/hif` is another name of it.
       */
      type:
        | 'image/jpeg'
        | 'image/png'
        | 'image/gif'
        | 'image/webp'
        | 'image/avif'
        | 'image/heic'
        | 'image/heif'
        | 'image/hif';
      /**
       * Of the file, in hex. Bytes with another digest are deleted.
       */
      sha256: string;
      fileName?: string;
      /**
       * Another open upload whose picture takes too much memory to decode. This upload is a smaller picture of it: name it as its `preview` in `POST /v1/photos/batch`.
       */
      previewOf?: string;
    };
    reply: Upload;
  };
  /**
   * One upload: how far it is, or which photo it has become. 410 when it can become none any more.
   */
  'get /v1/uploads/{id}': {
    path: {
      /**
       * The id of an upload.
       */
      id: string;
    };
    header: {
      /**
       * ETags that the client has. If one still holds, the reply is 304.
       */
      'If-None-Match'?: string;
    };
    reply: UploadStatus;
  };
  /**
   * Ends an upload that is no photo yet, and frees its place at once. May be repeated.
   */
  'delete /v1/uploads/{id}': {
    path: {
      /**
       * The id of an upload.
       */
      id: string;
    };
    reply: undefined;
  };
  /**
   * Makes URLs that take one photo each, without credentials: for the background uploader of a phone. `DELETE /v1/sessions` ends them all. `Idempotency-Key` counts for direct grants alone.
   */
  'post /v1/upload-grants': {
    header: {
      /**
       * A text of 1 to 255 characters that the client chooses for this request. A repeat with the same key within 7 days gets the first reply again, rendered again and marked `Idempotent-Replayed: true`.
       */
      'Idempotency-Key'?: string;
    };
    body: GrantsRequest;
    reply: UploadGrants;
  };
  /**
   * Uploads one photo: the body is the file. May be repeated. The first upload that arrives whole counts; 200 with its photo for other bytes.
   */
  'put /v1/photos/by-grant/{grant}': {
    path: {
      /**
       * As the service has made it.
       */
      grant: string;
    };
    header: {
      /**
       * Is ignored: the content of the file decides.
       */
      'Content-Type'?: string;
      /**
       * The name of the file: ASCII, or UTF-8''na%C3%AFve.jpg (RFC 8187, section 3.2).
       */
      'File-Name'?: string;
      /**
       * The caption, written in the same way.
       */
      Caption?: string;
      /**
       * When the photo was taken: `2019-07-01T10:00:00.12+02:00`, or without the offset where it is not known. It wins over what the file says.
       */
      'Taken-At'?: string;
      /**
       * If given, the bytes of the file must have this digest: `sha-256=:<base64>:` (RFC 9530). It also proves that a file without an end marker is whole, where nothing in the file does.
       */
      'Repr-Digest'?: string;
      /**
       * The same as `Repr-Digest` here.
       */
      'Content-Digest'?: string;
    };
    body: Blob;
    reply: GrantedUpload;
  };
  /**
   * One page of your timeline or archive, newest first.
   */
  'get /v1/timeline': {
    query: {
      /**
       * Photos on a page: 50 unless given, at most 200.
       */
      limit?: number;
      /**
       * The `next` or `prev` of a page, unchanged. The requested page begins there.
       */
      cursor?: string;
      /**
       * By the time of capture, or by the time of posting.
       */
      order?: 'taken' | 'posted';
      /**
       * Starts at the newest photo that is not after this year, month or day: `2019`, `2019-07`, `2019-07-01`.
       */
      from?: string;
      /**
       * Only your favourites, or only the others.
       */
      favourite?: 'true' | 'false';
      /**
       * The archive instead of the timeline.
       */
      archived?: 'true' | 'false';
      /**
       * `all` adds `fileName`, `camera`, `location`, `place`, `albums` and `processing` to each photo.
       */
      fields?: 'all';
    };
    header: {
      /**
       * ETags that the client has. If one still holds, the reply is 304.
       */
      'If-None-Match'?: string;
    };
    reply: TimelinePage;
  };
  /**
   * The number of photos on each day of your timeline, and its first page on request.
   */
  'get /v1/timeline/days': {
    query: {
      /**
       * Adds the first page of the timeline with so many photos, from the same snapshot.
       */
      preload?: number;
      /**
       * `all` adds `fileName`, `camera`, `location`, `place`, `albums` and `processing` to each photo.
       */
      fields?: 'all';
    };
    header: {
      /**
       * ETags that the client has. If one still holds, the reply is 304.
       */
      'If-None-Match'?: string;
    };
    reply: Days;
  };
  /**
   * One page of a public timeline, newest first, without originals and places.
   */
  'get /v1/users/{handle}/timeline': {
    path: {
      /**
       * The handle of the other user.
       */
      handle: string;
    };
    query: {
      /**
       * Photos on a page: 50 unless given, at most 200.
       */
      limit?: number;
      /**
       * The `next` or `prev` of a page, unchanged. The requested page begins there.
       */
      cursor?: string;
      /**
       * By the time of capture, or by the time of posting.
       */
      order?: 'taken' | 'posted';
      /**
       * Starts at the newest photo that is not after this year, month or day: `2019`, `2019-07`, `2019-07-01`.
       */
      from?: string;
    };
    header: {
      /**
       * ETags that the client has. If one still holds, the reply is 304.
       */
      'If-None-Match'?: string;
    };
    reply: PublicTimelinePage;
  };
  /**
   * Your photos of this day in earlier years, without archive, trash and hidden days.
   */
  'get /v1/memories': {
    query: {
      /**
       * The day that is today for the person, by local wall clock.
       */
      date: string;
    };
    header: {
      /**
       * ETags that the client has. If one still holds, the reply is 304.
       */
      'If-None-Match'?: string;
    };
    reply: MemoryList;
  };
  /**
   * The days that you have hidden from your memories.
   */
  'get /v1/memories/hidden': {
    header: {
      /**
       * ETags that the client has. If one still holds, the reply is 304.
       */
      'If-None-Match'?: string;
    };
    reply: HiddenDayList;
  };
  /**
   * Hides a day from your memories. Its photos stay where they are. May be repeated.
   */
  'post /v1/memories/hidden': {
    body: {
      /**
       * The day of the photos.
       */
      date: string;
    };
    reply: undefined;
  };
  /**
   * Shows a hidden day in your memories again. May be repeated.
   */
  'delete /v1/memories/hidden/{date}': {
    path: {
      /**
       * The day of the photos.
       */
      date: string;
    };
    reply: undefined;
  };
  /**
   * The countries and cities of your photos, with counts and covers.
   */
  'get /v1/places': {
    header: {
      /**
       * ETags that the client has. If one still holds, the reply is 304.
       */
      'If-None-Match'?: string;
    };
    reply: PlaceList;
  };
  /**
   * One page of your photos of a country or city, newest first, without archive and trash.
   */
  'get /v1/places/photos': {
    query: {
      /**
       * The `place` of a country or city of `GET /v1/places`.
       */
      place: string;
      /**
       * Photos on a page: 50 unless given, at most 200.
       */
      limit?: number;
      /**
       * The `next` or `prev` of a page, unchanged. The requested page begins there.
       */
      cursor?: string;
      /**
       * `all` adds `fileName`, `camera`, `location`, `place`, `albums` and `processing` to each photo.
       */
      fields?: 'all';
    };
    header: {
      /**
       * ETags that the client has. If one still holds, the reply is 304.
       */
      'If-None-Match'?: string;
    };
    reply: TimelinePage;
  };
  /**
   * Makes an album without photos.
   */
  'post /v1/albums': {
    header: {
      /**
       * A text of 1 to 255 characters that the client chooses for this request. A repeat with the same key within 7 days gets the first reply again, rendered again and marked `Idempotent-Replayed: true`.
       */
      'Idempotency-Key'?: string;
    };
    body: NewAlbum;
    reply: Album;
  };
  /**
   * One page of your albums, the one that was made last first.
   */
  'get /v1/albums': {
    query: {
      /**
       * Photos on a page: 50 unless given, at most 200.
       */
      limit?: number;
      /**
       * The `next` or `prev` of a page, unchanged. The requested page begins there.
       */
      cursor?: string;
    };
    header: {
      /**
       * ETags that the client has. If one still holds, the reply is 304.
       */
      'If-None-Match'?: string;
    };
    reply: AlbumsPage;
  };
  /**
   * One album.
   */
  'get /v1/albums/{id}': {
    path: {
      /**
       * The id of an album.
       */
      id: string;
    };
    header: {
      /**
       * ETags that the client has. If one still holds, the reply is 304.
       */
      'If-None-Match'?: string;
    };
    reply: Album;
  };
  /**
   * Changes title, description, order or cover of an album.
   */
  'patch /v1/albums/{id}': {
    path: {
      /**
       * The id of an album.
       */
      id: string;
    };
    header: {
      /**
       * The ETag that was read: only its revision counts. If the thing has been edited since, 412 shows it.
       */
      'If-Match'?: string;
    };
    body: AlbumEdit;
    reply: Album;
  };
  /**
   * Deletes an album. Its photos stay where they are.
   */
  'delete /v1/albums/{id}': {
    path: {
      /**
       * The id of an album.
       */
      id: string;
    };
    header: {
      /**
       * The ETag that was read: only its revision counts. If the thing has been edited since, 412 shows it.
       */
      'If-Match'?: string;
    };
    reply: undefined;
  };
  /**
   * One page of the photos of an album, in its order. Archived photos are among them.
   */
  'get /v1/albums/{id}/photos': {
    path: {
      /**
       * The id of an album.
       */
      id: string;
    };
    query: {
      /**
       * Photos on a page: 50 unless given, at most 200.
       */
      limit?: number;
      /**
       * The `next` or `prev` of a page, unchanged. The requested page begins there.
       */
      cursor?: string;
      /**
       * `all` adds `fileName`, `camera`, `location`, `place`, `albums` and `processing` to each photo.
       */
      fields?: 'all';
    };
    header: {
      /**
       * ETags that the client has. If one still holds, the reply is 304.
       */
      'If-None-Match'?: string;
    };
    reply: AlbumPhotosPage;
  };
  /**
   * Adds up to 50 photos to an album, with a result for each. May be repeated.
   */
  'post /v1/albums/{id}/photos': {
    path: {
      /**
       * The id of an album.
       */
      id: string;
    };
    body: AddPhotos;
    reply: {
      /**
       * One for each id, in the order of the request. A photo that fails does not affect the others.
       */
      results: (
        | {
            /**
             * `present`: it was in the album, and stays where it is.
             */
            status: 'added' | 'moved' | 'present';
            id: string;
          }
        | {
            status: 'failed';
            problem: Problem;
          }
      )[];
    };
  };
  /**
   * Takes up to 50 photos out of an album, with a result for each. The photos stay. May be repeated.
   */
  'post /v1/albums/{id}/photos/remove': {
    path: {
      /**
       * The id of an album.
       */
      id: string;
    };
    body: RemovePhotos;
    reply: {
      /**
       * One for each id, in the order of the request. A photo that fails does not affect the others.
       */
      results: (
        | {
            /**
             * `absent`: it was not in the album.
             */
            status: 'removed' | 'absent';
            id: string;
          }
        | {
            status: 'failed';
            problem: Problem;
          }
      )[];
    };
  };
  /**
   * One page of your photos that have all the words of a text, archived ones among them.
   */
  'get /v1/search': {
    query: {
      /**
       * Words that must all occur in caption, alternative text, file name, tags, camera, type, year or month. Case and accents do not count. `"words in quotes"` must follow each other, and `-word` must be absent. The last word may be the beginning of one, unless a blank follows it.
       */
      q?: string;
      /**
       * Photos on a page: 50 unless given, at most 200.
       */
      limit?: number;
      /**
       * The `next` or `prev` of a page, unchanged. The requested page begins there.
       */
      cursor?: string;
      /**
       * By the time of capture, or by the time of posting.
       */
      order?: 'taken' | 'posted';
      /**
       * Which photos come first.
       */
      first?: 'newest' | 'oldest';
      /**
       * Only your favourites, or only the others.
       */
      favourite?: 'true' | 'false';
      /**
       * Only the archive, or only the others. Both unless given.
       */
      archived?: 'true' | 'false';
      /**
       * Only photos of this album.
       */
      album?: string;
      /**
       * Only originals of this media type, such as `image/heic`.
       */
      type?: string;
      /**
       * Only photos with a location or a place, or only the others.
       */
      hasPlace?: 'true' | 'false';
      /**
       * Only photos with at least this rating.
       */
      rating?: number;
      /**
       * The first year, month or day, in the time that orders the search.
       */
      from?: string;
      /**
       * The last year, month or day.
       */
      to?: string;
      /**
       * `all` adds `fileName`, `camera`, `location`, `place`, `albums` and `processing` to each photo.
       */
      fields?: 'all';
    };
    header: {
      /**
       * ETags that the client has. If one still holds, the reply is 304.
       */
      'If-None-Match'?: string;
    };
    reply: SearchPage;
  };
  /**
   * Texts that go on what a person types into a search.
   */
  'get /v1/search/suggest': {
    query: {
      /**
       * What a person has typed so far. The suggestions go on its last word.
       */
      q?: string;
    };
    reply: Suggestions;
  };
  /**
   * Your tags, with the number of photos of each.
   */
  'get /v1/tags': {
    header: {
      /**
       * ETags that the client has. If one still holds, the reply is 304.
       */
      'If-None-Match'?: string;
    };
    reply: TagList;
  };
  /**
   * Invites a user to your album by handle, or makes a link by which users join. May be repeated for a handle.
   */
  'post /v1/albums/{id}/members': {
    path: {
      /**
       * The id of an album.
       */
      id: string;
    };
    body: NewMember;
    reply: Invited;
  };
  /**
   * The people of an album that you see. Its owner also sees who is invited, and the open links.
   */
  'get /v1/albums/{id}/members': {
    path: {
      /**
       * The id of an album.
       */
      id: string;
    };
    header: {
      /**
       * ETags that the client has. If one still holds, the reply is 304.
       */
      'If-None-Match'?: string;
    };
    reply: AlbumMembers;
  };
  /**
   * Removes a member from your album, or you from that of another user. The photos of that user leave with the user. Pictures of the album are refused to the user within a minute.
   */
  'delete /v1/albums/{id}/members/{user}': {
    path: {
      /**
       * The id of an album.
       */
      id: string;
      /**
       * The id of a user.
       */
      user: string;
    };
    reply: undefined;
  };
  /**
   * Ends an open invitation to your album: that of a user, or a link.
   */
  'delete /v1/albums/{id}/invitations/{invitation}': {
    path: {
      /**
       * The id of an album.
       */
      id: string;
      /**
       * The id of an invitation.
       */
      invitation: string;
    };
    reply: undefined;
  };
  /**
   * Copies up to 50 photos of other users of an album into your library, by tasks, with a result for each. They keep dates and texts, and count in your quota. Photos that you have already stay one. May be repeated.
   */
  'post /v1/albums/{id}/photos/copy': {
    path: {
      /**
       * The id of an album.
       */
      id: string;
    };
    body: CopyPhotos;
    reply: {
      /**
       * One for each id, in the order of the request. A photo that fails does not affect the others.
       */
      results: (
        | {
            /**
             * A task copies it. The change feed has the new photo.
             */
            status: 'copying';
            /**
             * Of the photo in the album. The copy gets an id of its own.
             */
            id: string;
          }
        | {
            status: 'failed';
            problem: Problem;
          }
      )[];
    };
  };
  /**
   * The open invitations to albums that you have received by handle, the latest first.
   */
  'get /v1/invitations': {
    header: {
      /**
       * ETags that the client has. If one still holds, the reply is 304.
       */
      'If-None-Match'?: string;
    };
    reply: {
      /**
       * The latest first.
       */
      items: ReceivedInvitation[];
      next: null;
      prev: null;
    };
  };
  /**
   * What an invitation is to. A wrong token costs no lookup.
   */
  'get /v1/invitations/{token}': {
    path: {
      /**
       * The token of an invitation: the end of its address.
       */
      token: string;
    };
    header: {
      /**
       * ETags that the client has. If one still holds, the reply is 304.
       */
      'If-None-Match'?: string;
    };
    reply: ReceivedInvitation;
  };
  /**
   * Joins the album of an invitation. May be repeated.
   */
  'post /v1/invitations/{token}': {
    path: {
      /**
       * The token of an invitation: the end of its address.
       */
      token: string;
    };
    reply: Album;
  };
  /**
   * Declines an invitation that you have received by handle.
   */
  'delete /v1/invitations/{token}': {
    path: {
      /**
       * The token of an invitation: the end of its address.
       */
      token: string;
    };
    reply: undefined;
  };
  /**
   * Makes a link by which guests see some photos, an album or your timeline.
   */
  'post /v1/shares': {
    header: {
      /**
       * A text of 1 to 255 characters that the client chooses for this request. A repeat with the same key within 7 days gets the first reply again, rendered again and marked `Idempotent-Replayed: true`.
       */
      'Idempotency-Key'?: string;
    };
    body: NewShare;
    reply: Share;
  };
  /**
   * Your shares, the one that was made last first.
   */
  'get /v1/shares': {
    header: {
      /**
       * ETags that the client has. If one still holds, the reply is 304.
       */
      'If-None-Match'?: string;
    };
    reply: {
      /**
       * The share that was made last comes first. There are at most 200.
       */
      items: Share[];
      next: null;
      prev: null;
    };
  };
  /**
   * Changes title, end, password or rights of a share.
   */
  'patch /v1/shares/{id}': {
    path: {
      /**
       * The id of a share.
       */
      id: string;
    };
    header: {
      /**
       * The ETag that was read: only its revision counts. If the thing has been edited since, 412 shows it.
       */
      'If-Match'?: string;
    };
    body: ShareEdit;
    reply: Share;
  };
  /**
   * Revokes a share. Guests find nothing in their next request, and pictures are refused within a minute.
   */
  'delete /v1/shares/{id}': {
    path: {
      /**
       * The id of a share.
       */
      id: string;
    };
    reply: undefined;
  };
  /**
   * A share, for a guest.
   */
  'get /v1/shared/{token}': {
    path: {
      /**
       * The token of a share: the end of its address.
       */
      token: string;
    };
    header: {
      /**
       * ETags that the client has. If one still holds, the reply is 304.
       */
      'If-None-Match'?: string;
      /**
       * What `POST …/unlock` has returned, for a share with a password.
       */
      'Share-Unlock'?: string;
    };
    reply: SharedHead;
  };
  /**
   * One page of the photos of a share, for a guest.
   */
  'get /v1/shared/{token}/photos': {
    path: {
      /**
       * The token of a share: the end of its address.
       */
      token: string;
    };
    query: {
      /**
       * Photos on a page: 50 unless given, at most 200.
       */
      limit?: number;
      /**
       * The `next` or `prev` of a page, unchanged. The requested page begins there.
       */
      cursor?: string;
    };
    header: {
      /**
       * ETags that the client has. If one still holds, the reply is 304.
       */
      'If-None-Match'?: string;
      /**
       * What `POST …/unlock` has returned, for a share with a password.
       */
      'Share-Unlock'?: string;
    };
    reply: GuestPage;
  };
  /**
   * Uploads one photo of a guest into the library of the share's owner, and into the shared album.
   */
  'post /v1/shared/{token}/photos': {
    path: {
      /**
       * The token of a share: the end of its address.
       */
      token: string;
    };
    header: {
      /**
       * What `POST …/unlock` has returned, for a share with a password.
       */
      'Share-Unlock'?: string;
    };
    form: {
      caption?: string;
      /**
       * What the picture shows, for those who cannot see it.
       */
      alt?: string;
      takenAt?: '' | (string & {});
      /**
       * If given, the bytes must have this digest. It also proves that a file without an end marker is whole.
       */
      sha256?: '' | (string & {});
      /**
       * The picture.
       */
      image: Blob;
    };
    reply: {
      status: 'received';
    };
  };
  /**
   * Opens a share that has a password, for an hour. Takes ten guesses a minute.
   */
  'post /v1/shared/{token}/unlock': {
    path: {
      /**
       * The token of a share: the end of its address.
       */
      token: string;
    };
    body: {
      password: string;
    };
    reply: Unlocked;
  };
  /**
   * Your photos and albums as a list of changes: first all of them, then only new changes. Apply them in order, keep the `token`, and send it with the next request. On 410 `resync` read without a token, and drop what is not returned.
   */
  'get /v1/changes': {
    query: {
      /**
       * Photos on a page: 50 unless given, at most 200.
       */
      limit?: number;
      /**
       * `all` adds `fileName`, `camera`, `location`, `place`, `albums` and `processing` to each photo.
       */
      fields?: 'all';
      /**
       * The `token` of the last reply. Without one the feed starts with all photos. `latest` starts now.
       */
      token?: string;
    };
    header: {
      /**
       * ETags that the client has. If one still holds, the reply is 304.
       */
      'If-None-Match'?: string;
    };
    reply: ChangesPage;
  };
  /**
   * All that your account holds, as a manifest of lines: settings, shares, photos and albums.
   */
  'get /v1/export': {
    query: {
      /**
       * Photos and albums on a page, at most.
       */
      limit?: number;
      /**
       * The `token` of the last line. Without it the manifest begins with all that there is.
       */
      token?: string;
    };
    reply: Blob;
  };
  /**
   * Brings up to 500 lines of a manifest into your account, with a result for each.
   */
  'post /v1/import': {
    body: Blob;
    reply: ImportReply;
  };
  /**
   * One page of your trash, the photo that was moved there last first.
   */
  'get /v1/trash': {
    query: {
      /**
       * Photos on a page: 50 unless given, at most 200.
       */
      limit?: number;
      /**
       * The `next` or `prev` of a page, unchanged. The requested page begins there.
       */
      cursor?: string;
      /**
       * `all` adds `fileName`, `camera`, `location`, `place`, `albums` and `processing` to each photo.
       */
      fields?: 'all';
    };
    header: {
      /**
       * ETags that the client has. If one still holds, the reply is 304.
       */
      'If-None-Match'?: string;
    };
    reply: TimelinePage;
  };
  /**
   * Empties the trash. 204: it is empty. 202: it is large, and is being emptied.
   */
  'delete /v1/trash': {
    reply: undefined;
  };
  /**
   * Erases a photo in the trash for good.
   */
  'delete /v1/trash/{id}': {
    path: {
      /**
       * The id of a photo.
       */
      id: string;
    };
    header: {
      /**
       * The ETag that was read: only its revision counts. If the thing has been edited since, 412 shows it.
       */
      'If-Match'?: string;
    };
    reply: undefined;
  };
  /**
   * The ten latest events of your account, and the time before which events are being deleted.
   */
  'get /v1/me/activity': {
    header: {
      /**
       * ETags that the client has. If one still holds, the reply is 304.
       */
      'If-None-Match'?: string;
    };
    reply: Activity;
  };
  /**
   * The result of the last audit: whether all your originals exist as they were stored.
   */
  'get /v1/me/audit': {
    header: {
      /**
       * ETags that the client has. If one still holds, the reply is 304.
       */
      'If-None-Match'?: string;
    };
    reply: AuditReply;
  };
  /**
   * Makes a personal token for a program of yours, such as a script. It is shown in this reply alone, and again to a repeat with the same `Idempotency-Key`.
   */
  'post /v1/tokens': {
    header: {
      /**
       * A text of 1 to 255 characters that the client chooses for this request. A repeat with the same key within 7 days gets the first reply again, rendered again and marked `Idempotent-Replayed: true`.
       */
      'Idempotency-Key'?: string;
    };
    body: TokenRequest;
    reply: MadeToken;
  };
  /**
   * The personal tokens of your account, the newest first, without their secrets.
   */
  'get /v1/tokens': {
    header: {
      /**
       * ETags that the client has. If one still holds, the reply is 304.
       */
      'If-None-Match'?: string;
    };
    reply: TokenList;
  };
  /**
   * Revokes a personal token. It is refused in the next request.
   */
  'delete /v1/tokens/{id}': {
    path: {
      /**
       * The id of a personal token.
       */
      id: string;
    };
    reply: undefined;
  };
  /**
   * Signs a page in: exchanges an ID token for a session cookie, and ends the earlier session of the page. After an erasure this creates a new account.
   */
  'post /v1/session': {
    body: SignIn;
    reply: Session;
  };
  /**
   * Signs the page out. May be repeated.
   */
  'delete /v1/session': {
    reply: undefined;
  };
  /**
   * The sessions of your account, the last used one first.
   */
  'get /v1/sessions': {
    header: {
      /**
       * ETags that the client has. If one still holds, the reply is 304.
       */
      'If-None-Match'?: string;
    };
    reply: SessionList;
  };
  /**
   * Ends all sessions and upload grants of your account, including this session. ID tokens stay valid until they expire, and personal tokens until you revoke them.
   */
  'delete /v1/sessions': {
    reply: undefined;
  };
  /**
   * Ends one session of your account.
   */
  'delete /v1/sessions/{id}': {
    path: {
      /**
       * The id of a session.
       */
      id: string;
    };
    reply: undefined;
  };
  /**
   * The identities that are linked to your account, besides the first.
   */
  'get /v1/me/identities': {
    header: {
      /**
       * ETags that the client has. If one still holds, the reply is 304.
       */
      'If-None-Match'?: string;
    };
    reply: LinkedIdentityList;
  };
  /**
   * Links a second identity to your account: its ID tokens count for your account from then on. Needs a sign-in of the last 15 minutes. May be repeated.
   */
  'post /v1/me/identities': {
    body: LinkIdentity;
    reply: LinkedIdentityList;
  };
  /**
   * Removes a linked identity from your account.
   */
  'delete /v1/me/identities/{id}': {
    path: {
      /**
       * The id of a linked identity.
       */
      id: string;
    };
    reply: undefined;
  };
  /**
   * Your account, its settings and its usage.
   */
  'get /v1/me': {
    header: {
      /**
       * ETags that the client has. If one still holds, the reply is 304.
       */
      'If-None-Match'?: string;
    };
    reply: Me;
  };
  /**
   * Changes the settings of your account. Takes `If-Match`. Making a private timeline public needs a sign-in of the last 15 minutes.
   */
  'patch /v1/me': {
    header: {
      /**
       * The ETag that was read: only its revision counts. If the thing has been edited since, 412 shows it.
       */
      'If-Match'?: string;
    };
    body: MeEdit;
    reply: Me;
  };
  /**
   * Erases your account and all its data for good. You lose access at once; the bytes are deleted within minutes. For 30 days your tokens get 410 `account-erased`. A sign-in by `POST /v1/session` creates a new, empty account. Needs a sign-in of the last 15 minutes.
   */
  'delete /v1/me': {
    reply: undefined;
  };
  /**
   * Signs in by a name and returns an ID token of the stand-in issuer. This creates the account, also after an erasure.
   */
  'post /local/token': {
    body: LocalName;
    reply: LocalToken;
  };
  /**
   * The limits of this service.
   */
  'get /v1/limits': {
    header: {
      /**
       * ETags that the client has. If one still holds, the reply is 304.
       */
      'If-None-Match'?: string;
    };
    reply: Limits;
  };
}
export interface Photo {
  id: string;
  /**
   * Handle of the user who posted it.
   */
  owner: string;
  caption: string;
  alt: string;
  takenAt: TakenAt;
  postedAt: string;
  /**
   * Pixels as displayed: orientation and `rotation` are applied. Where the decoder finds another shape, it is corrected.
   */
  width: number;
  height: number;
  /**
   * By how many degrees clockwise you have turned the photo. The original is not turned.
   */
  rotation: 0 | 90 | 180 | 270;
  /**
   * Size of the original.
   */
  bytes: number;
  /**
   * Media type of the original, by its content.
   */
  type: string;
  /**
   * Of the original, in hex.
   */
  sha256: string;
  fileName: string | null;
  camera: {
    make: string | null;
    model: string | null;
    lens: string | null;
  };
  /**
   * For the owner alone.
   */
  location: LocationOutput | null;
  /**
   * What the coordinates are called, or what you say instead. For the owner alone. A new photo gets it within a minute.
   */
  place: Place | null;
  /**
   * A thumbhash in base64: a blurred picture in some 25 bytes.
   */
  placeholder: string | null;
  /**
   * The prevailing colour as `#rrggbb`.
   */
  color: string | null;
  /**
   * The data of the picture end early: a part of it is missing, and shown in grey. Absent otherwise.
   */
  endsEarly?: true;
  favourite: boolean;
  archived: boolean;
  /**
   * From 0 to 5; null for a photo that was not rated.
   */
  rating: number | null;
  /**
   * Those of the file, until you set others.
   */
  tags: string[];
  /**
   * Ids of the albums that it is in. For moments one that was just deleted may be among them.
   */
  albums: string[];
  /**
   * Whether the smaller sizes exist yet. Their URLs work in any state but `failed`.
   */
  state: 'pending' | 'ready' | 'failed';
  processing: {
    /**
     * Attempts so far to make the smaller sizes.
     */
    attempts: number;
    /**
     * Why the last one failed: a code of the problems, and a sentence.
     */
    lastError: string | null;
    /**
     * When the next attempt is, about. Null when none follows, and for the first attempt unless photos wait for it.
     */
    nextAttemptAt: string | null;
  };
  trashedAt: string | null;
  /**
   * When a photo in the trash is erased.
   */
  deletesAt: string | null;
  variants: {
    thumb: Variant;
    small: Variant;
    medium: Variant;
    large: Variant;
  };
  original: {
    url: string;
    type: string;
    bytes: number;
  };
  /**
   * Raised by your edits; what `If-Match` compares.
   */
  revision: number;
}
export interface TakenAt {
  /**
   * Wall-clock time where the photo was taken, with as many sub-seconds as are known. Where the file tells only an instant, the time in the time zone of the account.
   */
  local: string;
  /**
   * Offset from UTC as `+02:00`; null when it is not known.
   */
  offset: string | null;
  /**
   * The same instant in UTC; null for a floating time.
   */
  utc: string | null;
  /**
   * Where the time comes from. Others may be added.
   */
  source:
    ('user' | 'exif' | 'xmp' | 'iptc' | 'container' | 'gps' | 'file-name' | 'modified' | 'upload') | (string & {});
  /**
   * How much of `local` is known. The rest is the start of that minute, day, month or year. Lists and day counts place the photo there.
   */
  precision: 'second' | 'minute' | 'day' | 'month' | 'year';
}
/**
 * In degrees; south and west are negative.
 *
 */
export interface LocationOutput {
  latitude: number;
  longitude: number;
}
export interface Place {
  /**
   * In English, or as you have named it.
   */
  country: string | null;
  /**
   * The country in ISO 3166-1, two letters, where it comes from the coordinates.
   */
  code: string | null;
  region: string | null;
  city: string | null;
  /**
   * Whether the coordinates say so, or you. Others may be added.
   */
  source: ('location' | 'owner') | (string & {});
}
export interface Variant {
  /**
   * Works in an <img> without headers, for hours (`imageUrlSeconds` of `GET /v1/limits`). Relative to the address of the API, or absolute where the service knows its public address.
   */
  url: string;
  /**
   * Stays the same while the picture does, whatever token the URL carries. Use it as the key of an image cache.
   */
  cacheKey: string;
  width: number;
  height: number;
  type: string;
}
export interface BatchEdit {
  /**
   * The id of a photo.
   */
  id: string;
  /**
   * As the header `If-Match`: the ETag of the photo, or just its revision in quotes, `"7"`.
   */
  ifMatch?: string;
  caption?: string;
  alt?: string;
  favourite?: boolean;
  archived?: boolean;
  /**
   * The tags, at most 20 of at most 60 characters. Each counts once, whatever its case.
   *
   * @maxItems 20
   */
  tags?: string[];
  /**
   * From 0 to 5; null takes the rating away.
   */
  rating?: number | null;
  /**
   * When the photo was taken; null restores what the file says, an instant in the zone of the account.
   */
  takenAt?: string | null;
  /**
   * Where it was taken; null restores what the file says.
   */
  location?: Location | null;
  /**
   * Where it was taken, in your words, which stand above the coordinates; null takes them back.
   */
  place?: {
    country?: string | null;
    region?: string | null;
    city?: string | null;
  } | null;
  /**
   * By how many degrees clockwise the photo is turned from what the file shows. `width`, `height` and the smaller sizes follow; the original stays as it is. `0` undoes any rotation.
   */
  rotation?: 0 | 90 | 180 | 270;
}
/**
 * In degrees; south and west are negative.
 *
 */
export interface Location {
  latitude: number;
  longitude: number;
}
/**
 * An error, as RFC 9457 has it.
 *
 */
export interface Problem {
  /**
   * A URI that ends in the code.
   */
  type: string;
  title: string;
  status: number;
  /**
   * What happened, for a person.
   */
  detail: string;
  /**
   * What happened, for a program. Others may be added.
   */
  code:
    | (
        | 'invalid-request'
        | 'cursor-invalid'
        | 'cursor-mismatch'
        | 'file-missing'
        | 'file-empty'
        | 'too-many-files'
        | 'upload-aborted'
        | 'unauthenticated'
        | 'sign-in-failed'
        | 'share-locked'
        | 'fresh-sign-in-required'
        | 'cross-site-request'
        | 'passkey-refused'
        | 'pairing-refused'
        | 'account-suspended'
        | 'registration-closed'
        | 'scope-missing'
        | 'role-missing'
        | 'not-found'
        | 'method-not-allowed'
        | 'request-timeout'
        | 'conflict'
        | 'handle-taken'
        | 'identity-taken'
        | 'upload-unfinished'
        | 'gone'
        | 'account-erased'
        | 'resync'
        | 'precondition-failed'
        | 'body-too-large'
        | 'file-too-large'
        | 'unsupported-media-type'
        | 'unsupported-image'
        | 'range-not-satisfiable'
        | 'expectation-failed'
        | 'misdirected-request'
        | 'damaged-image'
        | 'too-many-pixels'
        | 'too-large-to-show'
        | 'digest-mismatch'
        | 'idempotency-mismatch'
        | 'too-many-uploads'
        | 'too-many-shares'
        | 'too-many-albums'
        | 'too-many-members'
        | 'too-many-tokens'
        | 'rate-limited'
        | 'busy'
        | 'headers-too-large'
        | 'internal'
        | 'not-implemented'
        | 'unavailable'
        | 'overloaded'
        | 'decode-timeout'
        | 'decode-memory'
        | 'decoder-lost'
        | 'quota-exceeded'
        | 'service-full'
      )
    | (string & {});
  /**
   * Names this request in our log.
   */
  requestId?: string;
  /**
   * The single faults, where there can be several; the first 20.
   */
  errors?: {
    /**
     * JSON pointer to the value in the body, or `/` and the name of the field or parameter.
     */
    pointer: string;
    code: string;
    message: string;
  }[];
  /**
   * How many faults there are besides those in `errors`.
   */
  moreErrors?: number;
  /**
   * Whether the same request may succeed later.
   */
  retryable?: boolean;
  [k: string]: unknown;
}
export interface BatchItem {
  /**
   * The id from `POST /v1/uploads`.
   */
  upload: string;
  /**
   * An upload that was opened with `previewOf` this one.
   */
  preview?: string;
  caption?: string;
  /**
   * What the picture shows, for those who cannot see it.
   */
  alt?: string;
  takenAt?: '' | (string & {});
}
export interface PhotoEdit {
  caption?: string;
  alt?: string;
  favourite?: boolean;
  archived?: boolean;
  /**
   * The tags, at most 20 of at most 60 characters. Each counts once, whatever its case.
   *
   * @maxItems 20
   */
  tags?: string[];
  /**
   * From 0 to 5; null takes the rating away.
   */
  rating?: number | null;
  /**
   * When the photo was taken; null restores what the file says, an instant in the zone of the account.
   */
  takenAt?: string | null;
  /**
   * Where it was taken; null restores what the file says.
   */
  location?: Location | null;
  /**
   * Where it was taken, in your words, which stand above the coordinates; null takes them back.
   */
  place?: {
    country?: string | null;
    region?: string | null;
    city?: string | null;
  } | null;
  /**
   * By how many degrees clockwise the photo is turned from what the file shows. `width`, `height` and the smaller sizes follow; the original stays as it is. `0` undoes any rotation.
   */
  rotation?: 0 | 90 | 180 | 270;
}
export interface UploadPage {
  /**
   * May be fewer than `limit`, or none, although there is a next page.
   */
  items: UploadStatus[];
  /**
   * Cursor of the page of earlier uploads; null when there are none.
   */
  next: string | null;
  /**
   * Cursor of the page of later uploads; null when there are none.
   */
  prev: string | null;
}
export interface UploadStatus {
  /**
   * The id of the upload, for `POST /v1/photos/batch`.
   */
  id: string;
  /**
   * A resumable session of Cloud Storage: send the bytes by PUT, in one go or in chunks of multiples of 256 KiB with `Content-Range`; ask how much is kept with `Content-Range: bytes * /<size>` (308 and `Range`). It needs no further credentials: keep it secret.
   */
  sessionUrl: string;
  /**
   * Until when the upload can become a photo.
   */
  expiresAt: string;
  /**
   * Size of the file, as announced. By a direct upload grant: the most that it may have.
   */
  bytes: number;
  /**
   * Empty for a direct upload grant.
   */
  type: string;
  /**
   * Empty for a direct upload grant.
   */
  sha256: string;
  fileName: string | null;
  /**
   * `complete`: all bytes are there, and `POST /v1/photos/batch` makes a photo of them. `photo`: it has.
   */
  state: 'open' | 'complete' | 'photo';
  /**
   * Bytes that the bucket has kept. Continue after them.
   */
  offset: number;
  /**
   * The photo that it has become.
   */
  photo: string | null;
}
export interface Upload {
  /**
   * The id of the upload, for `POST /v1/photos/batch`.
   */
  id: string;
  /**
   * A resumable session of Cloud Storage: send the bytes by PUT, in one go or in chunks of multiples of 256 KiB with `Content-Range`; ask how much is kept with `Content-Range: bytes * /<size>` (308 and `Range`). It needs no further credentials: keep it secret.
   */
  sessionUrl: string;
  /**
   * Until when the upload can become a photo.
   */
  expiresAt: string;
}
export interface GrantsRequest {
  /**
   * How many photos the program means to upload: a grant for each.
   */
  count: number;
  /**
   * After how many days they end: 14 without this field, 6 for direct ones.
   */
  days?: number;
  /**
   * Asks for sessions at the bucket, for files above the limit of a form: at most 20, for at most 6 days, and with `maxBytes`.
   */
  direct?: true;
  /**
   * The most bytes that each file by a direct grant may have. They count in the quota until it is a photo.
   */
  maxBytes?: number;
}
export interface UploadGrants {
  grants: {
    /**
     * Takes one photo by PUT, without any credentials. Keep it secret.
     */
    url: string;
    expiresAt: string;
    /**
     * Of a direct grant: the id for `GET` and `DELETE /v1/uploads/{id}`.
     */
    upload?: string;
  }[];
}
export interface GrantedUpload {
  /**
   * The photo that has the bytes.
   */
  id: string;
  /**
   * What the first upload by this grant became. The headers say the same.
   */
  status: 'created' | 'duplicate' | 'restored';
}
export interface TimelinePage {
  items: ListedPhoto[];
  /**
   * Cursor of the next, older page; null at the end.
   */
  next: string | null;
  /**
   * Cursor of the newer page; null at the start.
   */
  prev: string | null;
  /**
   * Grows with every change of this timeline. It identifies the state that the page shows.
   */
  sequence: number;
}
/**
 * A photo in a list: without `fileName`, `camera`, `location`, `place` and `albums`, and without `processing` once it is ready. `fields=all` adds them.
 *
 */
export interface ListedPhoto {
  id: string;
  /**
   * Handle of the user who posted it.
   */
  owner: string;
  caption: string;
  alt: string;
  takenAt: TakenAt;
  postedAt: string;
  /**
   * Pixels as displayed: orientation and `rotation` are applied. Where the decoder finds another shape, it is corrected.
   */
  width: number;
  height: number;
  /**
   * By how many degrees clockwise you have turned the photo. The original is not turned.
   */
  rotation: 0 | 90 | 180 | 270;
  /**
   * Size of the original.
   */
  bytes: number;
  /**
   * Media type of the original, by its content.
   */
  type: string;
  /**
   * Of the original, in hex.
   */
  sha256: string;
  fileName?: string | null;
  camera?: {
    make: string | null;
    model: string | null;
    lens: string | null;
  };
  /**
   * For the owner alone.
   */
  location?: LocationOutput | null;
  /**
   * What the coordinates are called, or what you say instead. For the owner alone. A new photo gets it within a minute.
   */
  place?: Place | null;
  /**
   * A thumbhash in base64: a blurred picture in some 25 bytes.
   */
  placeholder: string | null;
  /**
   * The prevailing colour as `#rrggbb`.
   */
  color: string | null;
  /**
   * The data of the picture end early: a part of it is missing, and shown in grey. Absent otherwise.
   */
  endsEarly?: true;
  favourite: boolean;
  archived: boolean;
  /**
   * From 0 to 5; null for a photo that was not rated.
   */
  rating: number | null;
  /**
   * Those of the file, until you set others.
   */
  tags: string[];
  /**
   * Ids of the albums that it is in. For moments one that was just deleted may be among them.
   */
  albums?: string[];
  /**
   * Whether the smaller sizes exist yet. Their URLs work in any state but `failed`.
   */
  state: 'pending' | 'ready' | 'failed';
  processing?: {
    /**
     * Attempts so far to make the smaller sizes.
     */
    attempts: number;
    /**
     * Why the last one failed: a code of the problems, and a sentence.
     */
    lastError: string | null;
    /**
     * When the next attempt is, about. Null when none follows, and for the first attempt unless photos wait for it.
     */
    nextAttemptAt: string | null;
  };
  trashedAt: string | null;
  /**
   * When a photo in the trash is erased.
   */
  deletesAt: string | null;
  variants: {
    thumb: Variant;
    small: Variant;
    medium: Variant;
    large: Variant;
  };
  original: {
    url: string;
    type: string;
    bytes: number;
  };
  /**
   * Raised by your edits; what `If-Match` compares.
   */
  revision: number;
}
export interface Days {
  /**
   * Months and days that have photos, newest first.
   */
  months: {
    /**
     * As `2019-07`.
     */
    month: string;
    /**
     * Photos in the timeline, without those in archive and trash.
     */
    count: number;
    days: {
      /**
       * As `2019-07-01`, by local wall clock. A photo of which only the month or year is known counts on its first day.
       */
      date: string;
      /**
       * Photos in the timeline, without those in archive and trash.
       */
      count: number;
    }[];
  }[];
  /**
   * Photos in the timeline, without those in archive and trash.
   */
  total: number;
  /**
   * Identifies the state that the counts show, as in a page of the timeline.
   */
  sequence: number;
  /**
   * The first page, if `preload` requested it.
   */
  page?: TimelinePage;
}
export interface PublicTimelinePage {
  items: SharedPhoto[];
  /**
   * Cursor of the next, older page; null at the end.
   */
  next: string | null;
  /**
   * Cursor of the newer page; null at the start.
   */
  prev: string | null;
  /**
   * Grows with every change of this timeline. It identifies the state that the page shows.
   */
  sequence: number;
  /**
   * The display name of the owner. May be empty.
   */
  displayName: string;
}
export interface SharedPhoto {
  id: string;
  /**
   * Handle of the user who posted it.
   */
  owner: string;
  caption: string;
  alt: string;
  takenAt: TakenAt;
  postedAt: string;
  /**
   * Pixels as displayed: orientation and `rotation` are applied. Where the decoder finds another shape, it is corrected.
   */
  width: number;
  height: number;
  /**
   * Media type of the original, by its content.
   */
  type: string;
  /**
   * A thumbhash in base64: a blurred picture in some 25 bytes.
   */
  placeholder: string | null;
  /**
   * The prevailing colour as `#rrggbb`.
   */
  color: string | null;
  /**
   * The data of the picture end early: a part of it is missing, and shown in grey. Absent otherwise.
   */
  endsEarly?: true;
  /**
   * Whether the smaller sizes exist yet. Their URLs work in any state but `failed`.
   */
  state: 'pending' | 'ready' | 'failed';
  variants: {
    thumb: Variant;
    small: Variant;
    medium: Variant;
    large: Variant;
  };
}
export interface MemoryList {
  /**
   * One for each earlier year that has photos of that day, the latest first. In a year without 29 February, that day is remembered on the 28th.
   */
  items: Memory[];
  /**
   * Identifies the state that the memories show, as in a page of the timeline.
   */
  sequence: number;
}
export interface Memory {
  /**
   * The day of the photos. Hiding it takes them out of the memories.
   */
  date: string;
  /**
   * As `3 years ago`.
   */
  title: string;
  /**
   * Photos of that day in the timeline.
   */
  count: number;
  /**
   * The newest ones, at most 5.
   */
  photos: ListedPhoto[];
}
export interface HiddenDayList {
  /**
   * As `2019-11-29`, the earliest first.
   */
  items: string[];
}
export interface PlaceList {
  /**
   * The country with the most photos first. For you alone.
   */
  items: Country[];
  /**
   * False while older photos wait for their places.
   */
  complete: boolean;
  /**
   * Identifies the state that the counts show, as in a page of the timeline.
   */
  sequence: number;
}
export interface Country {
  /**
   * Names the place in `GET /v1/places/photos`.
   */
  place: string;
  /**
   * Photos of the timeline. Those in archive and trash do not count.
   */
  count: number;
  /**
   * The photo that stands for the place. Null for moments after it has left.
   */
  cover: string | null;
  coverUrls: {
    thumb: string;
    small: string;
  } | null;
  /**
   * In English, or as you have named it. Null for places without a country.
   */
  country: string | null;
  /**
   * ISO 3166-1, two letters, where it is known.
   */
  code: string | null;
  /**
   * The one with the most photos first.
   */
  cities: City[];
}
export interface City {
  /**
   * Names the place in `GET /v1/places/photos`.
   */
  place: string;
  /**
   * Photos of the timeline. Those in archive and trash do not count.
   */
  count: number;
  /**
   * The photo that stands for the place. Null for moments after it has left.
   */
  cover: string | null;
  coverUrls: {
    thumb: string;
    small: string;
  } | null;
  /**
   * Null where only the region is known.
   */
  city: string | null;
  region: string | null;
}
export interface NewAlbum {
  title: string;
  description?: string;
  /**
   * `taken`: by the time of capture, newest first, like the timeline. `custom`: as you have placed the photos; those that you have not placed stand at the end, in the order in which they were added.
   */
  order?: 'taken' | 'custom';
}
export interface Album {
  id: string;
  title: string;
  description: string;
  /**
   * `taken`: by the time of capture, newest first, like the timeline. `custom`: as you have placed the photos; those that you have not placed stand at the end, in the order in which they were added.
   */
  order: 'taken' | 'custom';
  /**
   * Photos in the album. Those in the trash do not count, archived ones do.
   */
  count: number;
  /**
   * As `2019-07-01`, by local wall clock; null without photos.
   */
  from: string | null;
  /**
   * As `2019-07-01`, by local wall clock; null without photos.
   */
  to: string | null;
  /**
   * The photo that stands for the album: the one that you have chosen while it is there, else another one. Null without photos, and for moments after the cover has left.
   */
  cover: string | null;
  /**
   * The cover as it is now.
   */
  coverUrls: {
    /**
     * Works in an `<img>` without headers, like the URLs of photos.
     */
    thumb: string;
    /**
     * Works in an `<img>` without headers, like the URLs of photos.
     */
    small: string;
  } | null;
  /**
   * Of the album of another user: when you joined it.
   */
  createdAt: string;
  /**
   * Yours. Contributors add photos, viewers look at them.
   */
  role: 'owner' | 'contributor' | 'viewer';
  /**
   * The owner of an album that others share with you; null for your own.
   */
  owner: AlbumUser | null;
  /**
   * Users who have joined it, besides its owner.
   */
  members: number;
  /**
   * Whether the others may copy your files as you uploaded them, with place and camera. Otherwise they copy the largest picture that is shown.
   */
  originals: boolean;
  /**
   * Raised by `PATCH`, not by adding or removing photos; what `If-Match` compares.
   */
  revision: number;
}
export interface AlbumUser {
  /**
   * The id of the account.
   */
  user: string;
  handle: string;
  displayName: string;
}
export interface AlbumsPage {
  /**
   * The album that was made last comes first.
   */
  items: Album[];
  /**
   * Cursor of the next page; null at the end.
   */
  next: string | null;
  /**
   * Cursor of the page before; null at the start.
   */
  prev: string | null;
  /**
   * Identifies the state that the page shows, as in a page of the timeline.
   */
  sequence: number;
}
export interface AlbumEdit {
  title?: string;
  description?: string;
  /**
   * `taken`: by the time of capture, newest first, like the timeline. `custom`: as you have placed the photos; those that you have not placed stand at the end, in the order in which they were added.
   */
  order?: 'taken' | 'custom';
  /**
   * Members may change this of their own photos, and nothing else.
   */
  originals?: boolean;
  /**
   * A photo of the album that is not in the trash; null leaves the choice to the service.
   */
  cover?: string | null;
}
export interface AlbumPhotosPage {
  /**
   * Photos of other users have a `member`.
   */
  items: (ListedPhoto | MemberPhoto)[];
  /**
   * Cursor of the next, older page; null at the end.
   */
  next: string | null;
  /**
   * Cursor of the newer page; null at the start.
   */
  prev: string | null;
  /**
   * Grows with every change of this timeline. It identifies the state that the page shows.
   */
  sequence: number;
}
/**
 * A photo of another user in a shared album.
 *
 */
export interface MemberPhoto {
  id: string;
  /**
   * Handle of the user who posted it.
   */
  owner: string;
  caption: string;
  alt: string;
  takenAt: TakenAt;
  postedAt: string;
  /**
   * Pixels as displayed: orientation and `rotation` are applied. Where the decoder finds another shape, it is corrected.
   */
  width: number;
  height: number;
  /**
   * Media type of the original, by its content.
   */
  type: string;
  /**
   * A thumbhash in base64: a blurred picture in some 25 bytes.
   */
  placeholder: string | null;
  /**
   * The prevailing colour as `#rrggbb`.
   */
  color: string | null;
  /**
   * The data of the picture end early: a part of it is missing, and shown in grey. Absent otherwise.
   */
  endsEarly?: true;
  /**
   * Whether the smaller sizes exist yet. Their URLs work in any state but `failed`.
   */
  state: 'pending' | 'ready' | 'failed';
  variants: {
    thumb: Variant;
    small: Variant;
    medium: Variant;
    large: Variant;
  };
  /**
   * Whose photo it is: the id of the account.
   */
  member: string;
}
export interface AddPhotos {
  /**
   * @minItems 1
   * @maxItems 50
   *
   * Items: The id of a photo.
   */
  ids: string[];
  /**
   * For an album of order `custom`: places the photos, in the order of `ids`, directly behind this photo of the album, or at the start for null. Photos that are in the album already are moved. Without it new photos come to the end.
   */
  after?: string | null;
}
export interface RemovePhotos {
  /**
   * @minItems 1
   * @maxItems 50
   *
   * Items: The id of a photo.
   */
  ids: string[];
  /**
   * Whose photos they are, if not your own: `member` of these photos.
   */
  member?: string;
}
/**
 * A page may be short, and even empty, while `next` is set.
 *
 */
export interface SearchPage {
  items: ListedPhoto[];
  /**
   * Cursor of the next, older page; null at the end.
   */
  next: string | null;
  /**
   * Cursor of the newer page; null at the start.
   */
  prev: string | null;
  /**
   * Grows with every change of this timeline. It identifies the state that the page shows.
   */
  sequence: number;
  /**
   * False while photos of an earlier release are not found yet. `GET /v1/me` says how many are.
   */
  complete: boolean;
}
export interface Suggestions {
  suggestions: {
    text: string;
    /**
     * Where the text comes from. Others may be added.
     */
    kind: ('tag' | 'place' | 'time' | 'type' | 'camera' | 'caption' | 'fileName') | (string & {});
    /**
     * Photos that have it, without those in the trash.
     */
    count: number;
  }[];
}
export interface TagList {
  /**
   * The tags of most photos first.
   */
  items: {
    tag: string;
    /**
     * Photos that have it, without those in the trash.
     */
    count: number;
  }[];
  /**
   * Grows with every change of this timeline. It identifies the state that the page shows.
   */
  sequence: number;
}
export interface NewMember {
  /**
   * Whom to invite. Without it a link is made.
   */
  handle?: Handle;
  /**
   * Viewers look at the photos, contributors add their own.
   */
  role?: 'viewer' | 'contributor';
}
export interface Invited {
  /**
   * The user who is invited by handle.
   */
  member?: AlbumMember;
  /**
   * The link, where no handle was sent.
   */
  link?: AlbumLink;
}
export interface AlbumMember {
  /**
   * The id of the account.
   */
  user: string;
  handle: string;
  displayName: string;
  role: 'owner' | 'viewer' | 'contributor';
  state: 'member' | 'invited';
  /**
   * The id of the open invitation; null for a member.
   */
  invitation: string | null;
  /**
   * When the user joined, or was invited.
   */
  since: string;
  /**
   * The user's photos in the album, without those in the trash.
   */
  count: number;
}
export interface AlbumLink {
  id: string;
  /**
   * Viewers look at the photos, contributors add their own.
   */
  role: 'viewer' | 'contributor';
  /**
   * Joins the album at `POST /v1/invitations/{token}`, for every user who has it.
   */
  token: string;
  /**
   * The page on which people join. Absolute where the service knows its public address.
   */
  url: string;
  createdAt: string;
  /**
   * When it ends: 14 days after it was made.
   */
  expiresAt: string;
}
export interface AlbumMembers {
  /**
   * The owner first. There are at most 19 others. Only the owner sees who is invited.
   */
  items: AlbumMember[];
  /**
   * Open links, at most 5. Only the owner sees them.
   */
  links: AlbumLink[];
  next: null;
  prev: null;
}
export interface CopyPhotos {
  /**
   * @minItems 1
   * @maxItems 50
   *
   * Items: The id of a photo.
   */
  ids: string[];
  /**
   * Whose photos they are, if not your own: `member` of these photos.
   */
  member?: string;
}
export interface ReceivedInvitation {
  /**
   * Send it to `POST /v1/invitations/{token}` to join.
   */
  token: string;
  /**
   * Of the album.
   */
  title: string;
  /**
   * Viewers look at the photos, contributors add their own.
   */
  role: 'viewer' | 'contributor';
  owner: AlbumUser;
  createdAt: string;
  /**
   * When it ends: 14 days after it was made.
   */
  expiresAt: string;
}
export interface NewShare {
  /**
   * These photos, in this order.
   *
   * @minItems 1
   * @maxItems 200
   *
   * Items: The id of a photo.
   */
  photos?: string[];
  /**
   * An album, with what is added to it later.
   */
  album?: string;
  /**
   * Your timeline, with what is added to it later.
   */
  timeline?: true;
  /**
   * What guests read above the photos. Without one an album shows its own title.
   */
  title?: string;
  /**
   * When the share ends: at most 366 days from now, and 30 days from now unless given.
   */
  expiresAt?: string;
  password?: string;
  /**
   * Whether guests may upload photos into your library, and into the album if it is one.
   */
  upload?: boolean;
  /**
   * Whether guests get the files as you uploaded them. They may contain place, camera and its serial number.
   */
  originals?: boolean;
  /**
   * Whether guests see where the photos were taken.
   */
  location?: boolean;
}
export interface Share {
  id: string;
  /**
   * Opens the share at `/v1/shared/{token}`. Give it to guests alone.
   */
  token: string;
  /**
   * The page of the share, for guests. Absolute where the service knows its public address.
   */
  url: string;
  photos?: string[];
  album?: string;
  timeline?: true;
  title: string;
  createdAt: string;
  expiresAt: string;
  /**
   * False once the share has expired.
   */
  isOpen: boolean;
  hasPassword: boolean;
  /**
   * Whether guests may upload photos into your library, and into the album if it is one.
   */
  upload: boolean;
  /**
   * Whether guests get the files as you uploaded them. They may contain place, camera and its serial number.
   */
  originals: boolean;
  /**
   * Whether guests see where the photos were taken.
   */
  location: boolean;
  /**
   * How often guests have opened it. The last minute may be missing.
   */
  views: number;
  revision: number;
}
export interface ShareEdit {
  /**
   * What guests read above the photos. Without one an album shows its own title.
   */
  title?: string;
  /**
   * When the share ends: at most 366 days from now, and 30 days from now unless given.
   */
  expiresAt?: string;
  /**
   * Null removes the password.
   */
  password?: string | null;
  /**
   * Whether guests may upload photos into your library, and into the album if it is one.
   */
  upload?: boolean;
  /**
   * Whether guests get the files as you uploaded them. They may contain place, camera and its serial number.
   */
  originals?: boolean;
  /**
   * Whether guests see where the photos were taken.
   */
  location?: boolean;
}
export interface SharedHead {
  title: string;
  /**
   * Display name of the owner, or the handle without one.
   */
  owner: string;
  kind: 'photos' | 'album' | 'timeline';
  /**
   * Photos in it; null for a timeline.
   */
  count: number | null;
  expiresAt: string;
  /**
   * Whether guests may upload photos into your library, and into the album if it is one.
   */
  upload: boolean;
  /**
   * Whether guests get the files as you uploaded them. They may contain place, camera and its serial number.
   */
  originals: boolean;
  /**
   * Whether guests see where the photos were taken.
   */
  location: boolean;
}
export interface GuestPage {
  items: GuestPhoto[];
  next: string | null;
  prev: string | null;
}
export interface GuestPhoto {
  id: string;
  /**
   * Handle of the user who posted it.
   */
  owner: string;
  caption: string;
  alt: string;
  takenAt: TakenAt;
  postedAt: string;
  /**
   * Pixels as displayed: orientation and `rotation` are applied. Where the decoder finds another shape, it is corrected.
   */
  width: number;
  height: number;
  /**
   * Media type of the original, by its content.
   */
  type: string;
  /**
   * A thumbhash in base64: a blurred picture in some 25 bytes.
   */
  placeholder: string | null;
  /**
   * The prevailing colour as `#rrggbb`.
   */
  color: string | null;
  /**
   * The data of the picture end early: a part of it is missing, and shown in grey. Absent otherwise.
   */
  endsEarly?: true;
  /**
   * Whether the smaller sizes exist yet. Their URLs work in any state but `failed`.
   */
  state: 'pending' | 'ready' | 'failed';
  variants: {
    thumb: Variant;
    small: Variant;
    medium: Variant;
    large: Variant;
  };
  original?: {
    url: string;
    type: string;
    bytes: number;
  };
  location?: LocationOutput | null;
}
export interface Unlocked {
  /**
   * Send it as the header `Share-Unlock`. Pages get it as a cookie.
   */
  unlock: string;
  expiresAt: string;
}
export interface ChangesPage {
  /**
   * In order, each photo and album at most once. May be empty although `more` is true.
   */
  changes: Change[];
  /**
   * The position after this page. Store it after you have stored the changes. It survives restarts of the service.
   */
  token: string;
  /**
   * Whether there are further changes now.
   */
  more: boolean;
}
export interface PhotoUpsert {
  /**
   * Grows from change to change. Numbers may be missing, changes are not.
   */
  sequence: number;
  /**
   * What has changed. Skip kinds that you do not know: others may be added.
   */
  kind: 'photo';
  /**
   * The photo is new, edited, archived, processed, restored or in other albums. `photo` shows it as it is now.
   */
  type: 'upsert';
  photo: ListedPhoto;
}
export interface PhotoDelete {
  /**
   * Grows from change to change. Numbers may be missing, changes are not.
   */
  sequence: number;
  /**
   * What has changed. Skip kinds that you do not know: others may be added.
   */
  kind: 'photo';
  type: 'delete';
  /**
   * May be a photo that you never received.
   */
  id: string;
  /**
   * `trashed`: it is in the trash, and an upsert follows if it is restored. `erased`: it never returns. `digest-mismatch`: its bytes do not have the announced sha256, so it was removed. Send the file again. Others may be added.
   */
  reason: ('trashed' | 'erased' | 'digest-mismatch') | (string & {});
}
export interface AlbumUpsert {
  /**
   * Grows from change to change. Numbers may be missing, changes are not.
   */
  sequence: number;
  /**
   * What has changed. Skip kinds that you do not know: others may be added.
   */
  kind: 'album';
  /**
   * The album is new or edited, or other photos are in it. `album` shows it as it is now.
   */
  type: 'upsert';
  album: Album;
}
export interface AlbumDelete {
  /**
   * Grows from change to change. Numbers may be missing, changes are not.
   */
  sequence: number;
  /**
   * What has changed. Skip kinds that you do not know: others may be added.
   */
  kind: 'album';
  type: 'delete';
  /**
   * May be an album that you never received.
   */
  id: string;
  /**
   * The album is deleted, and its photos are not.
   */
  reason: 'deleted';
}
/**
 * A change of a kind that was added later. Skip it.
 */
export interface OtherChange {
  sequence: number;
  kind: string;
  type: string;
}
export interface ImportReply {
  /**
   * One for each line that is not empty, in their order.
   */
  results: LineResult[];
}
export interface LineResult {
  /**
   * The number of the line in the request, from 1 on.
   */
  line: number;
  /**
   * Others may be added.
   */
  kind: ('photo' | 'album' | 'account' | 'share' | 'end' | 'unknown') | (string & {});
  /**
   * `missing`: no photo here has these bytes. Upload them, and send the line again. `trashed`: the photo is in the trash, and stays there. `skipped`: lines of this kind are not imported. Others may be added.
   */
  status: ('created' | 'updated' | 'unchanged' | 'missing' | 'trashed' | 'skipped' | 'failed') | (string & {});
  /**
   * The photo or the album in your account.
   */
  id?: string;
  /**
   * Of a photo that is missing or in the trash.
   */
  sha256?: string;
  /**
   * Albums of the photo whose lines were not imported yet. Send them, and this line again.
   */
  albumsMissing?: string[];
  problem?: Problem;
}
export interface Activity {
  /**
   * The ten latest events, newest first.
   */
  items: Event[];
  /**
   * Events before this time are being deleted. Null if there are none.
   */
  before: string | null;
}
export interface Event {
  at: string;
  /**
   * `reject`: the service removed a photo whose bytes do not have the announced sha256. `suspended`, `unsuspended` and `share-revoked`: the operator did this. Others may be added.
   */
  kind:
    | (
        | 'upload'
        | 'edit'
        | 'trash'
        | 'restore'
        | 'erase'
        | 'reject'
        | 'sign-in'
        | 'token-made'
        | 'token-revoked'
        | 'suspended'
        | 'unsuspended'
        | 'share-revoked'
      )
    | (string & {});
  /**
   * The photo, if the event concerns exactly one.
   */
  photo: string | null;
  /**
   * How many photos the event concerns.
   */
  photos: number;
}
export interface AuditReply {
  /**
   * Null before the first audit, which runs within a week.
   */
  audit: Audit | null;
}
export interface Audit {
  startedAt: string;
  finishedAt: string;
  /**
   * Photos that were checked, including those in the trash.
   */
  photos: number;
  /**
   * Bytes of their originals and previews.
   */
  bytes: number;
  /**
   * Whether every original exists with its stored size and checksums.
   */
  ok: boolean;
  /**
   * Photos without their original, or without their preview.
   */
  missing: number;
  /**
   * Photos whose original has another size or checksum.
   */
  damaged: number;
  /**
   * Ids of missing or damaged photos, the first twenty.
   */
  named: string[];
  /**
   * Photos whose smaller sizes were missing and are made again.
   */
  remade: number;
  /**
   * Objects without a photo, which were removed.
   */
  removed: number;
}
export interface TokenRequest {
  /**
   * What you use the token for.
   */
  name: string;
  /**
   * What the token may do. Each operation of this document names the scope that it needs.
   *
   * @minItems 1
   * @maxItems 6
   */
  scopes: ('read' | 'upload' | 'edit' | 'delete' | 'share' | 'export')[];
  /**
   * When the token ends: at most 366 days from now, which is also what it gets without this field.
   */
  expiresAt?: string;
}
export interface MadeToken {
  id: string;
  /**
   * What you use the token for.
   */
  name: string;
  /**
   * What the token may do.
   *
   * Items: Others may be added.
   */
  scopes: (('read' | 'upload' | 'edit' | 'delete' | 'share' | 'export') | (string & {}))[];
  createdAt: string;
  expiresAt: string;
  /**
   * Its last use, or up to 24 hours before it. Null without any.
   */
  lastUsedAt: string | null;
  /**
   * The token itself, `pt_…`. It is in this reply and its replay alone. Send it as a bearer token.
   */
  token: string;
}
export interface TokenList {
  items: Token[];
  next: null;
  prev: null;
}
export interface Token {
  id: string;
  /**
   * What you use the token for.
   */
  name: string;
  /**
   * What the token may do.
   *
   * Items: Others may be added.
   */
  scopes: (('read' | 'upload' | 'edit' | 'delete' | 'share' | 'export') | (string & {}))[];
  createdAt: string;
  expiresAt: string;
  /**
   * Its last use, or up to 24 hours before it. Null without any.
   */
  lastUsedAt: string | null;
}
export interface SignIn {
  /**
   * An ID token of a trusted issuer. Omit it only behind Google's Identity-Aware Proxy.
   */
  token?: string;
}
export interface Session {
  /**
   * The id of the account.
   */
  id: string;
  handle: Handle;
  /**
   * The latest end of the session. Without use it ends earlier.
   */
  expiresAt: string;
}
export interface SessionList {
  items: SignedInPage[];
  next: null;
  prev: null;
}
export interface SignedInPage {
  id: string;
  /**
   * Whether it is the session of this request.
   */
  current: boolean;
  createdAt: string;
  /**
   * Its last use, or up to an hour before it.
   */
  lastUsedAt: string;
  /**
   * When it ends if it is not used again.
   */
  expiresAt: string;
  /**
   * When the person signed in at the issuer.
   */
  signedInAt: string;
  /**
   * The family of the browser, such as `Firefox on Linux`.
   */
  browser: string | null;
  /**
   * The network of the sign-in: IPv4 /24, IPv6 /48.
   */
  network: string | null;
}
export interface LinkedIdentityList {
  items: LinkedIdentity[];
  next: null;
  prev: null;
}
export interface LinkedIdentity {
  id: string;
  issuer: string;
  /**
   * How the person is called there: the address, else a name.
   */
  label: string;
  linkedAt: string;
}
export interface LinkIdentity {
  /**
   * An ID token of the identity to be linked.
   */
  token: string;
}
export interface Me {
  id: string;
  handle: Handle;
  /**
   * How others see your name.
   */
  displayName: string;
  /**
   * The IANA name of the time zone in which your days begin and end, such as `Europe/Berlin`. A photo whose local capture time is unknown gets it in this zone. A change of the zone does not change stored photos; `takenAt: null` moves such a photo to the new zone.
   */
  timeZone: string;
  /**
   * `private`: only you can read your timeline. `public`: everyone can, without originals and places.
   */
  visibility: 'private' | 'public';
  mail: {
    /**
     * Mails a summary of each day on which you posted, the next morning.
     */
    summary: boolean;
    /**
     * Mails you about photos that you have just posted.
     */
    posts: boolean;
    /**
     * The mail of each morning shows your photos of this day in earlier years, too. It takes `summary`.
     */
    memories: boolean;
    /**
     * The address of your mails: the one that your issuer has verified, or in the local profile a mailbox on this machine.
     */
    address: string | null;
  };
  createdAt: string;
  /**
   * Raised by each edit of the account. `If-Match` compares it.
   */
  revision: number;
  /**
   * Whether the places of all photos are named and counted by the present data.
   */
  places: {
    complete: boolean;
    /**
     * Photos that are done, while older ones wait.
     */
    photos?: number;
  };
  usage: {
    /**
     * Photos that are not in the trash.
     */
    photos: number;
    /**
     * Bytes of all originals and previews, including those in the trash.
     */
    bytes: number;
    /**
     * Bytes that open uploads have announced. They count towards the quota until the upload ends.
     */
    reservedBytes: number;
    /**
     * The most bytes that this account may hold.
     */
    quotaBytes: number;
  };
  /**
   * Whether search finds all photos. Those of an earlier release are indexed at night.
   */
  search: {
    complete: boolean;
    /**
     * How many photos are found by their words so far; absent when all are.
     */
    photos?: number;
  };
}
export interface MeEdit {
  /**
   * How others see your name.
   */
  displayName?: string;
  /**
   * Your former handles stay yours, and links with them keep working.
   */
  handle?: Handle;
  /**
   * The IANA name of the time zone in which your days begin and end, such as `Europe/Berlin`. A photo whose local capture time is unknown gets it in this zone. A change of the zone does not change stored photos; `takenAt: null` moves such a photo to the new zone.
   */
  timeZone?: string;
  /**
   * `private`: only you can read your timeline. `public`: everyone can, without originals and places.
   */
  visibility?: 'private' | 'public';
  mail?: {
    /**
     * Mails a summary of each day on which you posted, the next morning.
     */
    summary?: boolean;
    /**
     * Mails you about photos that you have just posted.
     */
    posts?: boolean;
    /**
     * The mail of each morning shows your photos of this day in earlier years, too. It takes `summary`.
     */
    memories?: boolean;
  };
}
export interface LocalName {
  name: Handle;
}
export interface LocalToken {
  token: string;
  /**
   * Seconds until the token expires.
   */
  expiresIn: number;
}
export interface Limits {
  /**
   * Accepted types of images. The content of a file decides, not its name.
   */
  types: string[];
  /**
   * Limit of width times height. A picture with more is refused.
   */
  maxPixels: number;
  /**
   * By type, how many pixels can be decoded: `always` in any encoding of a file of up to 32 MB, `atMost` in the encoding that takes the least memory (a JPEG of one scan, eight bits, 4:2:0, no opacity). A picture with more is stored, and its `preview` is shown if it has one.
   */
  shownPixels: {
    [k: string]: {
      always: number;
      atMost: number;
    };
  };
  /**
   * Limit of a photo in `POST /v1/photos`. Send larger photos by `POST /v1/uploads`.
   */
  maxUploadBytes: number;
  /**
   * Limit of a photo in `POST /v1/uploads`.
   */
  maxDirectUploadBytes: number;
  /**
   * Open sessions of `POST /v1/uploads` per user.
   */
  maxOpenUploads: number;
  /**
   * Limit of all originals and previews of an account, including those in the trash.
   */
  quotaBytes: number;
  /**
   * Limit of a JSON body.
   */
  maxJsonBytes: number;
  maxCaptionCharacters: number;
  /**
   * A larger `limit` is reduced to it.
   */
  maxPageItems: number;
  /**
   * Photos in one batch.
   */
  maxBatchItems: number;
  /**
   * Shares of one account. When it has so many, a new one replaces the share that has expired first.
   */
  maxShares: number;
  /**
   * Photos that one share may name.
   */
  maxSharedPhotos: number;
  /**
   * How long a share lives unless its owner says otherwise, and at the most.
   */
  shareSeconds: {
    usual: number;
    atMost: number;
  };
  /**
   * Albums of one account.
   */
  maxAlbums: number;
  /**
   * Albums that one photo may be in.
   */
  maxAlbumsOfPhoto: number;
  maxAlbumTitleCharacters: number;
  /**
   * Users in one album besides its owner, those who are invited by handle among them.
   */
  maxMembers: number;
  /**
   * Open links to join one album.
   */
  maxAlbumLinks: number;
  /**
   * Own albums that an account shares, and albums of others that it is a member of or invited to.
   */
  maxSharedAlbums: number;
  /**
   * How long an invitation to an album is open.
   */
  invitationSeconds: number;
  /**
   * Checksums in one `POST /v1/photos/check`.
   */
  maxCheckItems: number;
  /**
   * Larger originals are redirected to the bucket. Null: no original is.
   */
  maxReplyBytes: number | null;
  /**
   * Requests beyond them get 429, or 507 for `storage`. The requests of one client may reach several instances.
   */
  rateLimits: {
    /**
     * The name in `RateLimit` and `RateLimit-Policy`.
     */
    name: string;
    /**
     * The limit, in `unit`.
     */
    quota: number;
    unit: 'requests' | 'concurrent-requests' | 'content-bytes';
    /**
     * Seconds until a used-up quota is full again.
     */
    windowSeconds?: number;
    /**
     * A token bucket: how many tokens come back per second, and how many it holds.
     */
    rate?: {
      perSecond: number;
      burst: number;
    };
    /**
     * `instance`: each instance of the service counts separately. `user`: all instances count together.
     */
    scope: 'instance' | 'user';
    /**
     * What has its own quota. Addresses count only for requests without a valid sign-in.
     */
    per: ('user' | 'address')[];
  }[];
  /**
   * Variants that are made while a client waits. If there are more, the user with the most of them gets 429.
   */
  decodes: {
    atOnce: number;
    waiting: number;
    retryAfterSeconds: number;
  };
  /**
   * Variants that are made on demand for the photos of one user on one day (UTC), by each instance.
   */
  conversionsPerDay: number;
  /**
   * How long the URLs of a photo work after the reply that has them. Within a `window` their tokens stay the same.
   */
  imageUrlSeconds: {
    atLeast: number;
    atMost: number;
    window: number;
  };
  /**
   * Passkeys of one account, where the service takes any.
   */
  maxPasskeys: number;
  /**
   * Identities that are linked to one account, besides the first.
   */
  maxLinkedIdentities: number;
  /**
   * Personal tokens of an account that have not expired.
   */
  maxTokens: number;
  /**
   * The longest life of a personal token.
   */
  maxTokenSeconds: number;
  /**
   * Upload grants in one request.
   */
  maxGrants: number;
  /**
   * The longest life of an upload grant.
   */
  maxGrantSeconds: number;
  /**
   * Direct upload grants in one request.
   */
  maxDirectGrants: number;
  /**
   * The longest life of a direct upload grant.
   */
  maxDirectGrantSeconds: number;
  /**
   * How long an idempotency key is stored.
   */
  idempotencyKeySeconds: number;
  /**
   * How long a photo stays in the trash.
   */
  trashSeconds: number;
  /**
   * How long `GET /v1/changes` reports a deletion. An older token may get 410.
   */
  feedSeconds: number;
}

/** Operations that take an `Idempotency-Key`. */
export const KEYED_OPERATIONS: readonly (keyof Operations)[] = [
  'post /v1/photos',
  'post /v1/photos/batch',
  'post /v1/uploads',
  'post /v1/upload-grants',
  'post /v1/albums',
  'post /v1/shares',
  'post /v1/tokens',
];
