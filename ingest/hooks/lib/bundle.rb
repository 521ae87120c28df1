# frozen_string_literal: true

require 'open3'
require_relative 'names'

module PlenaryPush
  # One recording's files as a tar in Scalelite's layout, `<format>/<id>/…`, made while it is read.
  class Bundle
    attr_reader :name, :left_out

    # Every format whose publishing is through: BigBlueButton writes its mark before it runs the
    # hooks, and another worker may be copying another format just now.
    def self.published(config, id, format)
      root = config['published_dir']
      formats = Dir.children(root).sort.select do |it|
        done = File.join(config['recording_dir'], 'status', 'published', "#{id}-#{it}.done")
        /\A#{FORMAT}\z/.match?(it) && (it == format || File.exist?(done))
      end
      new("#{id}.tar", root, formats.map { |it| File.join(it, id) })
    rescue Errno::ENOENT => e
      raise Absent, e.message
    end

    def self.raw(config, id)
      root = config['recording_dir']
      archived = File.join(root, 'status', 'archived', id)
      # Nobody pressed the button: BigBlueButton keeps the raw files a while, but they are nobody's
      # recording. A chapter of a longer meeting has a mark of its own.
      if File.exist?("#{archived}.norecord") && Dir.glob("#{archived}{,-*}.done").empty?
        raise Unwanted, 'the meeting was not recorded'
      end

      base = File.join('raw', id)
      events = File.join(base, 'events.xml')
      raise Absent, "there is no #{File.join(root, events)}" unless File.file?(File.join(root, events))

      parts = { 'events' => [events], 'events+audio' => [events, File.join(base, 'audio')],
                'all' => [base] }[config['raw']]
      raise Unwanted, 'the configuration says `raw: none`' unless parts

      new("#{id}-raw.tar", root, parts)
    end

    # `parts` are files or folders under `root`.
    def initialize(name, root, parts)
      @name = name
      @root = root.b
      @files = []
      @left_out = []
      parts.each { |part| add(part.b, optional: true) }
      return unless @files.empty?

      links = @left_out.map { |path| ", #{path} is no folder" }.join
      raise Absent, "there is nothing of it in #{root}#{links}"
    end

    # Yields what answers `read`, until the tar is whole: a file that vanishes or changes meanwhile
    # makes that fail, so nobody takes the first half for the whole.
    def stream
      Open3.popen3(PlenaryPush.plain, *command, unsetenv_others: true) do |names, output, errors, tar|
        [names, output, errors].each(&:binmode)
        feeder = Thread.new { feed(names) }
        complaints = Thread.new { errors.read }
        yield Reader.new(output, tar, complaints)
      ensure
        feeder&.kill
      end
    end

    # The end of the stream is the end only if tar says so.
    Reader = Struct.new(:output, :tar, :complaints) do
      def read(length, buffer = String.new)
        piece = output.read(length, buffer)
        if piece.nil? && !tar.value.success?
          raise Failed, "cannot read the files: #{PlenaryPush.line(complaints.value)}"
        end

        piece
      end
    end

    private

    # Plain files only. A link is no content of its own: within the tree the file it names is there,
    # and out of the tree nothing is a recording's.
    def add(path, optional: false)
      stat = File.lstat(File.join(@root, path))
      if stat.file?
        @files << path
      elsif stat.directory?
        Dir.children(File.join(@root, path), encoding: Encoding::BINARY).sort.each do |child|
          add(File.join(path, child))
        end
      else
        @left_out << path
      end
    rescue Errno::ENOENT, Errno::ENOTDIR => e
      raise Failed, "a file vanished: #{e.message}" unless optional
    end

    # The same files give the same bytes: sorted, without owners, without the times that reading changes.
    def command
      ['tar', '--create', '--file=-', '--format=gnu', '--owner=0', '--group=0', '--numeric-owner',
       '--hard-dereference', "--directory=#{@root}", '--no-recursion', '--null',
       '--verbatim-files-from', '--files-from=-']
    end

    def feed(names)
      @files.each { |path| names.write(path, "\0") }
      names.close
    rescue Errno::EPIPE, IOError
      nil
    end
  end
end
